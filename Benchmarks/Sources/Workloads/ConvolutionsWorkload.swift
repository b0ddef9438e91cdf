import FERMetric
import FERModels

/// The convolutions of a network's compiled plan, and nothing else of it.
///
/// They are the plan's: packed by its backend, normalizations folded in, with bias and ReLU on the way out. Residual
/// sums, pooling and the linear layer are left out, and each convolution reads a map that lies ready. Inputs of one shape
/// are one map, so that more of them lie in caches, as maps do that the plan has just written.
public struct ConvolutionsWorkload {
  /// What the same convolutions give together with the rest of the network.
  public let logits: Tensor<Float>
  private let runs: [(convolution: any PackedConvolution<Float>, input: Tensor<Float>)]

  /// Packs the convolutions, and passes the pictures through the network once.
  init(_ model: ExpressionModel<Float>, _ pictures: Tensor<Float>, backend: Backend) {
    let kernels = backend.single
    var runs: [(convolution: any PackedConvolution<Float>, input: Tensor<Float>)] = []
    var inputs: [Shape: Tensor<Float>] = [:]
    func run(
      _ unit: ConvolutionUnit<Float>, _ input: Tensor<Float>, adding residual: Tensor<Float>? = nil
    ) -> Tensor<Float> {
      let convolution = Self.packed(unit, kernels)
      let kept = inputs[input.shape] ?? input
      inputs[input.shape] = kept
      runs.append((convolution, kept))
      return convolution(input, adding: residual)
    }

    let trunk = model.trunk
    var map = kernels.maximumPooling(run(trunk.stem, pictures), window: trunk.pooling.window).output
    for block in trunk.stages.joined() {
      var output = map
      for unit in block.units.dropLast() { output = run(unit, output) }
      let shortcut = block.projection.map { run($0, map) } ?? map
      map = run(block.units[block.units.count - 1], output, adding: shortcut)
    }
    let embeddings = kernels.averagePooling(run(model.head.second, run(model.head.first, map)))
    logits = withBackend(backend) { model.head.classifier(embeddings) }
    self.runs = runs
  }

  /// Runs each convolution once.
  public func callAsFunction() {
    for (convolution, input) in runs { Self.keep(convolution(input, adding: nil)) }
  }

  private static func packed(
    _ unit: ConvolutionUnit<Float>, _ kernels: any NetworkKernels<Float>
  ) -> any PackedConvolution<Float> {
    let normalization = unit.normalization
    let deviation = (normalization.runningVariance + normalization.epsilon).map { $0.squareRoot() }
    let slope = normalization.scale.value / deviation
    return kernels.packedConvolution(
      weights: unit.weight.value * slope.reshaped(to: [-1, 1, 1, 1]),
      bias: normalization.shift.value - normalization.runningMean * slope, geometry: unit.geometry,
      rectified: normalization.rectified)
  }

  /// Hides from the optimizer that nobody looks at a result.
  @inline(never) private static func keep(_ result: Tensor<Float>) {}
}

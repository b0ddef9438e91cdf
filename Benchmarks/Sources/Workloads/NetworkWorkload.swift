import FERMetric
import FERModels
import Foundation

/// A ResNet with the classifier head: one training step, or one inference.
public struct NetworkWorkload {
  private var model: ExpressionModel<Float>
  private let pictures: Tensor<Float>
  private let labels: [Int]
  private let crossEntropy = SoftmaxCrossEntropy<Float>()
  private var optimizer = StochasticGradientDescent<Float>(momentum: 0.9, weightDecay: 5e-4)

  /// Draws weights of a ResNet-50 and pictures of noise of `size` × `size` pixels.
  public init(batchSize: Int, size: Int) {
    var generator = SeededGenerator(seed: 0)
    let count = batchSize * size * size * 3
    model = ExpressionModel(ModelConfiguration(depth: .fifty, classes: 7), seed: 0)
    pictures = Tensor((0..<count).map { _ in Float(generator.nextNormal()) }, shape: [batchSize, size, size, 3])
    labels = (0..<batchSize).map { $0 % 7 }
  }

  /// Reads the weights and the first pictures that a driver of `Peers` wrote.
  public init(folder: URL, depth: ResNetDepth, batchSize: Int, size: Int) throws {
    model = ExpressionModel(ModelConfiguration(depth: depth, classes: 7), seed: 0)
    try model.loadWeights(from: folder.appending(path: "weights.safetensors").path)
    let rows = try NumberFiles(folder: folder).tensor("pictures", rows: batchSize, columns: size * size * 3)
    pictures = rows.reshaped(to: [batchSize, size, size, 3])
    labels = (0..<batchSize).map { $0 % 7 }
  }

  /// Forward, cross-entropy, backward, and an update of every parameter; returns the loss.
  @discardableResult
  public mutating func trainingStep() throws -> Float {
    let (outputs, trace) = model.forward(pictures)
    var gradient = Tensor<Float>(zeros: outputs.logits.shape)
    let loss = try difference(outputs.logits, &gradient)
    model.backward(logits: gradient, through: consume trace)
    model.visitParameters { name, parameter in
      // With larger rates the losses of drawn weights depend on the last bit of every gradient.
      optimizer.update(&parameter.value, gradient: parameter.gradient, named: name, rate: 1e-5)
      parameter.clearGradient()
    }
    return loss
  }

  /// The inference of one batch by the compiled plan; returns the logits.
  public func inference() -> () -> Tensor<Float> {
    let plan = CompiledModel(model)
    let pictures = pictures
    return { plan(pictures).logits }
  }

  /// The convolutions of that plan alone.
  public func convolutions() -> ConvolutionsWorkload {
    ConvolutionsWorkload(model, pictures, backend: .current)
  }

  private func difference(_ logits: Tensor<Float>, _ gradient: inout Tensor<Float>) throws -> Float {
    let labels = labels
    var view = gradient.mutableMatrix
    return try crossEntropy(logits.matrix, labels: labels.span, accumulatingInto: &view)
  }
}

import FERMetric

/// A convolution with its three results by direct loops over the definition.
///
/// Elements are `Float` numbers, so that one case serves both scalar types.
struct ConvolutionCase: Sendable, CustomStringConvertible {
  let geometry: ConvolutionGeometry
  let inputShape: Shape
  let input, weights, gradient, weightStart, bias, residual: [Float]
  let output, inputGradient, weightGradient: Bounded

  /// Every legal combination of odd and even channels, kernels 1, 3 and 7, strides, paddings, sizes and batches.
  static let all: [ConvolutionCase] = {
    let movements = [(1, 1, 0), (1, 2, 0), (3, 1, 1), (3, 2, 1), (3, 1, 0), (3, 3, 2), (7, 2, 3), (7, 1, 3)]
    var cases: [ConvolutionCase] = []
    for (inputs, outputs) in [(1, 1), (3, 5), (16, 17), (17, 3), (64, 16)] {
      for (kernel, stride, padding) in movements where inputs * outputs * kernel * kernel < 15_000 {
        let geometry = ConvolutionGeometry(
          inputChannels: inputs, outputChannels: outputs, kernel: kernel, stride: stride, padding: padding)
        for (batch, height, width) in [(1, 1, 1), (1, 8, 6), (2, 7, 9), (2, 2, 6)]
        where min(height, width) + 2 * padding >= kernel {
          cases.append(ConvolutionCase(geometry, [batch, height, width, inputs]))
        }
      }
    }
    return cases
  }()

  init(_ geometry: ConvolutionGeometry, _ inputShape: Shape) {
    self.geometry = geometry
    self.inputShape = inputShape
    let outputShape = geometry.outputShape(inputShape)
    var generator = SeededGenerator(
      seed: 41, stream: UInt64(geometry.inputChannels), UInt64(geometry.kernel), UInt64(inputShape.elementCount))
    func draw(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.nextUniform(in: -1...1)) } }
    input = draw(inputShape.elementCount)
    weights = draw(geometry.weightShape.elementCount)
    gradient = draw(outputShape.elementCount)
    weightStart = draw(weights.count)
    bias = draw(geometry.outputChannels)
    residual = draw(gradient.count)

    var output = Bounded(count: gradient.count)
    var inputGradient = Bounded(count: input.count)
    var weightGradient = Bounded(count: weights.count)
    for i in weights.indices { weightGradient.add(Double(weightStart[i]), at: i) }
    let (height, width, channels) = (inputShape[1], inputShape[2], inputShape[3])
    let k = geometry.kernel
    var o = 0
    for n in 0..<outputShape[0] {
      for y in 0..<outputShape[1] {
        for x in 0..<outputShape[2] {
          for filter in 0..<geometry.outputChannels {
            let g = Double(gradient[o])
            for v in 0..<k {
              let row = y * geometry.stride + v - geometry.padding
              guard row >= 0 && row < height else { continue }
              for u in 0..<k {
                let column = x * geometry.stride + u - geometry.padding
                guard column >= 0 && column < width else { continue }
                let pixel = ((n * height + row) * width + column) * channels
                for c in 0..<channels {
                  let w = ((filter * channels + c) * k + v) * k + u
                  let (value, weight) = (Double(input[pixel + c]), Double(weights[w]))
                  output.add(value * weight, at: o)
                  inputGradient.add(g * weight, at: pixel + c)
                  weightGradient.add(g * value, at: w)
                }
              }
            }
            o += 1
          }
        }
      }
    }
    output.settle(terms: channels * k * k)
    inputGradient.settle(terms: geometry.outputChannels * k * k)
    weightGradient.settle(terms: 1 + outputShape[0] * outputShape[1] * outputShape[2])
    self.output = output
    self.inputGradient = inputGradient
    self.weightGradient = weightGradient
  }

  var description: String {
    """
    \(geometry.inputChannels)→\(geometry.outputChannels), kernel \(geometry.kernel), stride \(geometry.stride), \
    padding \(geometry.padding), input \(inputShape)
    """
  }

  /// What a packed convolution with this case's bias gives.
  func packedOutput(residual adds: Bool, rectified: Bool) -> Bounded {
    output.adding(
      { Double(bias[$0 % geometry.outputChannels]) + (adds ? Double(residual[$0]) : 0) }, rectified: rectified)
  }

  /// Elements of this case as a tensor.
  func tensor<Scalar: TensorScalar>(_ elements: [Float], _ shape: Shape) -> Tensor<Scalar> {
    Tensor(elements.map { Scalar($0) }, shape: shape)
  }
}

import FERMetric

/// A batch normalization with its results by direct loops over the definition.
struct NormalizationCase: Sendable, CustomStringConvertible {
  static let epsilon: Float = 1e-3

  let shape: Shape
  let rectified: Bool
  let input, scale, shift, gradient, scaleStart, shiftStart: [Float]
  let residual: [Float]?
  let mean, variance, output, inputGradient, scaleGradient, shiftGradient: Bounded
  /// The gradient by the residual: exact, for it is the gradient or zero.
  let maskedGradient: [Float]

  static let all: [NormalizationCase] = {
    var cases: [NormalizationCase] = []
    for channels in [1, 3, 16, 17, 64] {
      for (batch, height, width) in [(1, 1, 1), (1, 7, 9), (2, 1, 1), (3, 5, 4)] {
        for options in 0..<4 {
          cases.append(
            NormalizationCase(
              [batch, height, width, channels], rectified: options & 1 == 1, residual: options & 2 == 2))
        }
      }
    }
    return cases
  }()

  init(_ shape: Shape, rectified: Bool, residual adds: Bool) {
    self.shape = shape
    self.rectified = rectified
    let channels = shape[3]
    let count = shape.elementCount
    let rows = count / channels
    var generator = SeededGenerator(seed: 43, stream: UInt64(channels), UInt64(rows), adds ? 1 : 0)
    func draw(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.nextUniform(in: -1...1)) } }
    let input = draw(count)
    self.input = input
    scale = draw(channels)
    shift = draw(channels)
    residual = adds ? draw(count) : nil
    scaleStart = draw(channels)
    shiftStart = draw(channels)
    var gradient = draw(count)
    var masked = gradient

    var mean = Bounded(count: channels)
    var variance = Bounded(count: channels)
    var output = Bounded(count: count)
    var inputGradient = Bounded(count: count)
    var scaleGradient = Bounded(count: channels)
    var shiftGradient = Bounded(count: channels)
    let order = 4 * (Double(rows).squareRoot().rounded(.up) + 2)
    for c in 0..<channels {
      let places = stride(from: c, to: count, by: channels)
      let size = places.reduce(0) { max($0, Double(input[$1]).magnitude) }
      let average = places.reduce(0) { $0 + Double(input[$1]) } / Double(rows)
      let spread = places.reduce(0) { $0 + (Double(input[$1]) - average) * (Double(input[$1]) - average) }
      let deviation = (spread / Double(rows) + Double(Self.epsilon)).squareRoot()
      (mean.values[c], mean.allowances[c]) = (average, order * size)
      (variance.values[c], variance.allowances[c]) = (spread / Double(rows), order * size * size)
      // How much the normalized input magnifies a relative error of the input.
      let condition = order * (1 + size / deviation)
      var (sum, product) = (0.0, 0.0)
      for i in places {
        let normalized = (Double(input[i]) - average) / deviation
        let value = normalized * Double(scale[c]) + Double(shift[c]) + Double(residual?[i] ?? 0)
        output.values[i] = rectified ? max(0, value) : value
        output.allowances[i] =
          condition * ((1 + normalized.magnitude) * Double(scale[c]).magnitude + 1 + Double(shift[c]).magnitude)
        // Where the ReLU bends within rounding, either mask is right: no gradient comes there.
        if value.magnitude < 1e-3 { gradient[i] = 0 }
        masked[i] = rectified && value <= 0 ? 0 : gradient[i]
        sum += Double(masked[i])
        product += Double(masked[i]) * normalized
      }
      let reach = places.reduce(0) { max($0, (Double(input[$1]) - average).magnitude / deviation) }
      scaleGradient.values[c] = Double(scaleStart[c]) + product
      scaleGradient.allowances[c] = condition * (1 + reach) * Double(rows)
      shiftGradient.values[c] = Double(shiftStart[c]) + sum
      shiftGradient.allowances[c] = order * Double(rows)
      let slope = Double(scale[c]) / deviation
      for i in places {
        let normalized = (Double(input[i]) - average) / deviation
        inputGradient.values[i] =
          slope * (Double(masked[i]) - sum / Double(rows) - normalized * product / Double(rows))
        inputGradient.allowances[i] = condition * slope.magnitude * (1 + reach) * (1 + reach)
      }
    }
    self.gradient = gradient
    maskedGradient = masked
    (self.mean, self.variance, self.output) = (mean, variance, output)
    (self.inputGradient, self.scaleGradient, self.shiftGradient) = (inputGradient, scaleGradient, shiftGradient)
  }

  var description: String {
    "input \(shape)\(rectified ? ", rectified" : "")\(residual == nil ? "" : ", residual")"
  }

  func tensor<Scalar: TensorScalar>(_ elements: [Float], _ shape: Shape) -> Tensor<Scalar> {
    Tensor(elements.map { Scalar($0) }, shape: shape)
  }
}

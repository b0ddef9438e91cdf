import FERMetric

/// A maximum pooling over few distinct values, so that most windows have ties, with its results by direct loops.
///
/// All numbers are small integers: results are exact in both scalar types.
struct PoolingCase: Sendable, CustomStringConvertible {
  let window: PoolingWindow
  let inputShape: Shape
  let input, gradient, output, inputGradient: [Float]

  static let all: [PoolingCase] = {
    var cases: [PoolingCase] = []
    for (size, stride, padding) in [(1, 1, 0), (2, 1, 0), (2, 2, 0), (2, 2, 1), (3, 1, 1), (3, 2, 1), (3, 3, 0)] {
      for (batch, height, width) in [(1, 1, 1), (1, 8, 8), (2, 7, 9)]
      where min(height, width) + 2 * padding >= size {
        for channels in [1, 3, 16, 17, 64] {
          cases.append(
            PoolingCase(
              PoolingWindow(size: size, stride: stride, padding: padding), [batch, height, width, channels]))
        }
      }
    }
    return cases
  }()

  init(_ window: PoolingWindow, _ inputShape: Shape) {
    self.window = window
    self.inputShape = inputShape
    let outputShape = window.outputShape(inputShape)
    var generator = SeededGenerator(seed: 47, stream: UInt64(window.size), UInt64(inputShape.elementCount))
    let input = (0..<inputShape.elementCount).map { _ in Float(generator.next(below: 4)) - 2 }
    let gradient = (0..<outputShape.elementCount).map { _ in Float(generator.next(below: 9)) - 4 }
    var output: [Float] = []
    var inputGradient = [Float](repeating: 0, count: input.count)
    let (height, width, channels) = (inputShape[1], inputShape[2], inputShape[3])
    for n in 0..<outputShape[0] {
      for y in 0..<outputShape[1] {
        for x in 0..<outputShape[2] {
          for c in 0..<channels {
            var winner: Int?
            for v in 0..<window.size {
              for u in 0..<window.size {
                let (row, column) = (y * window.stride + v - window.padding, x * window.stride + u - window.padding)
                guard row >= 0 && row < height && column >= 0 && column < width else { continue }
                let place = ((n * height + row) * width + column) * channels + c
                if winner == nil || input[place] > input[winner!] { winner = place }
              }
            }
            inputGradient[winner!] += gradient[output.count]
            output.append(input[winner!])
          }
        }
      }
    }
    (self.input, self.gradient) = (input, gradient)
    (self.output, self.inputGradient) = (output, inputGradient)
  }

  var description: String {
    "window \(window.size), stride \(window.stride), padding \(window.padding), input \(inputShape)"
  }
}

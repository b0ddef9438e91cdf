/// The sizes of a pooling with a square window.
public struct PoolingWindow: Hashable, Sendable {
  /// Height and width of the window.
  public let size: Int
  /// Step between two windows.
  public let stride: Int
  /// Padding on each side, at most half of the window.
  public let padding: Int

  /// Creates the sizes of a pooling.
  ///
  /// - Precondition: Size and stride are positive, and the padding is at most half of the size.
  public init(size: Int, stride: Int, padding: Int = 0) {
    precondition(
      size > 0 && stride > 0 && padding >= 0 && 2 * padding <= size,
      """
      a pooling needs a positive window and stride and a padding of at most half the window, not window \(size), \
      stride \(stride), padding \(padding)
      """)
    self.size = size
    self.stride = stride
    self.padding = padding
  }

  /// The NHWC shape of the output: ⌊(length + 2·padding − size)/stride⌋ + 1 along height and width.
  ///
  /// - Precondition: The input has four axes, and its padded sides are at least as long as the window.
  public func outputShape(_ input: Shape) -> Shape {
    precondition(
      input.count == 4 && input[1] > 0 && input[2] > 0, "a pooling needs an input N×H×W×C with pixels, not \(input)")
    let lengths = [input[1], input[2]].map { length in
      precondition(
        length + 2 * padding >= size,
        "an input of length \(length) with padding \(padding) is shorter than the window of \(size)")
      return (length + 2 * padding - size) / stride + 1
    }
    return [input[0], lengths[0], lengths[1], input[3]]
  }
}

/// What the backward pass of a maximum pooling needs.
public struct PoolingTrace<Scalar: TensorScalar>: Sendable {
  /// The shape of the input.
  public let inputShape: Shape
  /// The sizes of the pooling.
  public let window: PoolingWindow
  /// For each output the position y·W + x of the winner in its picture; empty if ``workspace`` holds the winners.
  public let winners: [Int32]
  /// Memory of the kernel's own; opaque.
  public let workspace: Tensor<Scalar>?

  /// Creates a trace of a kernel that keeps the winners in memory of its own.
  public init(inputShape: Shape, window: PoolingWindow, workspace: Tensor<Scalar>?) {
    self.inputShape = inputShape
    self.window = window
    winners = []
    self.workspace = workspace
  }

  /// Creates a trace from winners that lie within their pictures.
  init(inputShape: Shape, window: PoolingWindow, winners: [Int32]) {
    self.inputShape = inputShape
    self.window = window
    self.winners = winners
    workspace = nil
  }
}

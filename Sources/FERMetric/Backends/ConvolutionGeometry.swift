/// The sizes of a two-dimensional convolution with square stride and padding.
public struct ConvolutionGeometry: Hashable, Sendable {
  /// Channels of the input.
  public let inputChannels: Int
  /// Channels of the output: the number of filters.
  public let outputChannels: Int
  /// Height and width of a filter.
  public let kernel: Int
  /// Step between two windows, the same both ways.
  public let stride: Int
  /// Zeros around the input on each side.
  public let padding: Int

  /// Creates the sizes of a convolution.
  ///
  /// - Precondition: Channels, kernel and stride are positive, the padding is not negative.
  public init(inputChannels: Int, outputChannels: Int, kernel: Int, stride: Int = 1, padding: Int = 0) {
    precondition(
      inputChannels > 0 && outputChannels > 0 && kernel > 0 && stride > 0 && padding >= 0,
      """
      a convolution needs positive channels, kernel and stride and a padding that is not negative, not channels \
      \(inputChannels)→\(outputChannels), kernel \(kernel), stride \(stride), padding \(padding)
      """)
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }

  /// The shape of the weights in torchvision's order: output channel, input channel, row, column.
  public var weightShape: Shape { [outputChannels, inputChannels, kernel, kernel] }

  /// Length of the output along an axis of length `input`: ⌊(input + 2·padding − kernel)/stride⌋ + 1.
  ///
  /// - Precondition: The padded input is at least as long as the kernel.
  public func outputLength(_ input: Int) -> Int {
    precondition(
      input + 2 * padding >= kernel,
      "an input of length \(input) with padding \(padding) is shorter than the kernel of \(kernel)")
    return (input + 2 * padding - kernel) / stride + 1
  }

  /// The NHWC shape of the output for an NHWC input.
  ///
  /// - Precondition: The input has four axes and this geometry's input channels.
  public func outputShape(_ input: Shape) -> Shape {
    precondition(
      input.count == 4 && input[3] == inputChannels,
      "a convolution over \(inputChannels) channels needs an input N×H×W×\(inputChannels), not \(input)")
    return [input[0], outputLength(input[1]), outputLength(input[2]), outputChannels]
  }
}

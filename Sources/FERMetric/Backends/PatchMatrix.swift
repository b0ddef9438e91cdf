/// The patches that a convolution reads, as rows of a matrix, for a few pictures at a time.
///
/// Row (n, y′, x′) holds the k × k × I window of one output position in the order row, column, channel; positions in
/// the padding are zero. It is not copied: gathered patches live in its own memory until the next gathering. A 1×1 convolution with stride 1 needs no copy: its patches are the pixels themselves.
struct PatchMatrix<Scalar: TensorScalar>: ~Copyable {
  let input: Shape
  let output: Shape
  let geometry: ConvolutionGeometry
  private let picturesPerChunk: Int
  var memory: Tensor<Scalar>

  /// Elements of patches held at once; about what stays in a core's second-level cache and its share of the third.
  private static var capacity: Int { 1 << 20 }

  init(input: Shape, _ geometry: ConvolutionGeometry) {
    self.input = input
    self.geometry = geometry
    output = geometry.outputShape(input)
    isIdentity = geometry.kernel == 1 && geometry.stride == 1 && geometry.padding == 0
    let rowsPerPicture = output[1] * output[2]
    columns = geometry.kernel * geometry.kernel * geometry.inputChannels
    picturesPerChunk = isIdentity ? max(1, input[0]) : max(1, Self.capacity / max(1, rowsPerPicture * columns))
    let rows = isIdentity ? 0 : min(picturesPerChunk, input[0]) * rowsPerPicture
    memory = Tensor(uninitialized: [rows, columns])
  }

  /// Whether patches and pixels are the same numbers in the same order.
  let isIdentity: Bool

  /// The length of a patch: k · k · I.
  let columns: Int

  /// The pictures in groups that are processed together.
  var chunks: [Range<Int>] {
    stride(from: 0, to: input[0], by: picturesPerChunk).map { $0..<min($0 + picturesPerChunk, input[0]) }
  }

  /// The rows of the whole patch matrix that belong to some pictures.
  func rows(_ pictures: Range<Int>) -> Range<Int> {
    pictures.lowerBound * output[1] * output[2]..<pictures.upperBound * output[1] * output[2]
  }
}

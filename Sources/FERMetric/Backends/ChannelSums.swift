/// Sums over the rows of a pixel matrix [M, C], channel by channel.
///
/// Rows are added in blocks of 128, each in the scalar's own precision and elementwise over the channels, and the
/// blocks in `Double`: fast loops whose error does not grow with the number of pixels.
struct ChannelSums {
  private(set) var sums: [Double]
  private let channels: Int

  private static var block: Int { 128 }

  init(channels: Int) {
    self.channels = channels
    sums = [Double](repeating: 0, count: channels)
  }

  /// Adds `term` of every row: it is given the row and a buffer of C sums, and adds to these.
  mutating func add<Scalar: TensorScalar>(
    rows: Int, _ type: Scalar.Type, _ term: (_ row: Int, _ partial: UnsafeMutablePointer<Scalar>) -> Void
  ) {
    let partial = Tensor<Scalar>(uninitialized: [channels])
    for start in stride(from: 0, to: rows, by: Self.block) {
      unsafe partial.base.update(repeating: 0, count: channels)
      for row in start..<min(start + Self.block, rows) { unsafe term(row, partial.base) }
      for c in 0..<channels { unsafe sums[c] += Double(partial.base[c]) }
    }
  }
}

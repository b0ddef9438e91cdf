internal import FERMetric

/// Which pictures an epoch shows in which order, and how they are divided into batches.
///
/// The order is a function of the seed and the epoch alone. A last batch of one picture is joined to the one before,
/// because the statistics of a batch normalization over one embedding do not exist.
struct EpochPlan: Sendable {
  /// Positions of the training samples in the order in which they are shown.
  let order: [Int]
  /// The batches: ranges of `order`.
  let batches: [Range<Int>]

  init(sampleCount: Int, batchSize: Int, seed: UInt64, epoch: Int) {
    var order = Array(0..<sampleCount)
    var generator = SeededGenerator(seed: seed, stream: Self.orderStream, UInt64(epoch))
    generator.shuffle(&order)
    self.order = order
    batches = Self.batches(of: sampleCount, size: batchSize)
  }

  /// Divides `count` pictures into batches of `size`; the last may be smaller, or one larger.
  static func batches(of count: Int, size: Int) -> [Range<Int>] {
    precondition(size > 0, "a batch holds at least one picture, not \(size)")
    var batches = stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
    if size > 1, batches.count > 1, let last = batches.last, last.count == 1 {
      batches.removeLast()
      batches[batches.count - 1] = batches[batches.count - 1].lowerBound..<last.upperBound
    }
    return batches
  }

  /// The pictures that a batch of `size` has at most: those of a batch that a single last picture has joined.
  static func largestBatch(ofSize size: Int) -> Int { size + 1 }

  private static let orderStream: UInt64 = 0x4F52_4445_5200_0001
}

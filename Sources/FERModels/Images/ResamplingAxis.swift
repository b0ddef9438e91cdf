/// One axis of a resampling: which inputs each output is made of, and with what weights.
///
/// The output at position x has its middle at `start + (x + ½) s` in the input, where `s = (end − start) / outputCount`.
/// Its weights are the triangle `max(0, 1 − |i + ½ − middle| / max(s, 1))` over the inputs i, divided by their sum: linear
/// interpolation when the picture grows, an average with sloping sides when it shrinks.
/// Weights are fixed-point numbers with 22 fraction bits, so that 255 times their sum fits into 32 bits.
struct ResamplingAxis {
  static let fractionBits: Int32 = 22
  /// One half, from which the sums start so that the shift rounds.
  static let half: Int32 = 1 << (fractionBits - 1)

  /// The first input of each output, in ascending order.
  private(set) var firsts: [Int] = []
  /// The number of inputs of each output.
  private(set) var counts: [Int] = []
  /// `taps` weights for each output, of which the first `counts[output]` are in use.
  private(set) var weights: [Int32] = []
  /// The largest number of inputs that an output may have.
  let taps: Int

  /// The number of outputs.
  var count: Int { firsts.count }
  /// The inputs that are looked at.
  var inputs: Range<Int> { firsts[0]..<(firsts[count - 1] + counts[count - 1]) }

  /// The outputs of `window` when the inputs between `start` and `end` are resampled to `outputCount`.
  init(inputCount: Int, from start: Float, to end: Float, outputCount: Int, window: Range<Int>) {
    let scale = Double(end - start) / Double(outputCount)
    let support = max(scale, 1)
    taps = Int(support.rounded(.up)) * 2 + 1
    firsts.reserveCapacity(window.count)
    counts.reserveCapacity(window.count)
    weights = [Int32](repeating: 0, count: window.count * taps)
    var triangle = [Double](repeating: 0, count: taps)
    for (index, output) in window.enumerated() {
      let middle = Double(start) + (Double(output) + 0.5) * scale
      let first = max(Int(middle - support + 0.5), 0)
      let count = min(Int(middle + support + 0.5), inputCount) - first
      var sum = 0.0
      for tap in 0..<count {
        let distance = abs((Double(tap + first) - middle + 0.5) * (1 / support))
        triangle[tap] = distance < 1 ? 1 - distance : 0
        sum += triangle[tap]
      }
      for tap in 0..<count {
        let weight = sum == 0 ? triangle[tap] : triangle[tap] / sum
        weights[index * taps + tap] = Int32(weight * Double(1 << Self.fractionBits) + 0.5)
      }
      firsts.append(first)
      counts.append(count)
    }
  }
}

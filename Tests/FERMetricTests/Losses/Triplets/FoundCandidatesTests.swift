import Testing

@testable import FERMetric

/// The nearest and the farthest candidate of an anchor against a plain search, for numbers of samples around those of
/// vectors.
@Suite struct FoundCandidatesTests {
  /// A search that any reader follows: the first of the best.
  private func found<Scalar: TensorScalar>(
    _ distances: [Scalar], farthest: Bool, beyond: Scalar = -1, where isCandidate: (Int) -> Bool
  ) -> Int? {
    var best: Int?
    for j in distances.indices where isCandidate(j) && (farthest || distances[j] > beyond) {
      if best == nil || (farthest ? distances[j] > distances[best!] : distances[j] < distances[best!]) { best = j }
    }
    return best
  }

  private func check<Scalar: TensorScalar>(_: Scalar.Type, count: Int, seed: UInt64) {
    var generator = SeededGenerator(seed: 101, stream: UInt64(count), seed)
    // Few different distances, so that many are equal, among them 0 and infinity.
    let choices: [Scalar] = [0, 0.5, 1, 1.5, 2, .infinity, .leastNonzeroMagnitude]
    let distances = (0..<count).map { _ in choices[generator.next(below: choices.count)] }
    let numbers = (0..<count).map { _ in Int32(generator.next(below: 4)) - 1 }
    let kernels = Scalar.tripletKernels
    for own in Int32(0)..<3 {
      for (isOther, except) in [(false, nil), (true, nil), (false, generator.next(below: count))] {
        let who = ClassCandidates(numbers: numbers, own: own, isOther: isOther, except: except)
        let isCandidate = { j in numbers[j] >= 0 && (numbers[j] == own) != isOther && j != except }
        #expect(kernels.farthest(distances.span, who) == found(distances, farthest: true, where: isCandidate))
        for bound: Scalar in [-1, 0, 1, 2] {
          #expect(
            kernels.nearest(distances.span, who, beyond: bound)
              == found(distances, farthest: false, beyond: bound, where: isCandidate))
        }
      }
    }
    #expect(kernels.farthest(distances.span) == found(distances, farthest: true) { _ in true })
    for bound: Scalar in [-1, 0, 2] {
      #expect(
        kernels.nearest(distances.span, beyond: bound)
          == found(distances, farthest: false, beyond: bound) { _ in true })
    }
  }

  @Test func areThoseOfAPlainSearch() {
    for count in Array(1...70) + [255, 256, 257, 1000] {
      for seed in UInt64(0)..<3 {
        check(Float.self, count: count, seed: seed)
        check(Double.self, count: count, seed: seed)
      }
    }
  }
}

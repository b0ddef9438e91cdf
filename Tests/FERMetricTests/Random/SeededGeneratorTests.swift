import Testing

@testable import FERMetric

@Suite struct SeededGeneratorTests {
  /// The reference sequence of SplitMix64 from seed 1234567, as its authors' C program prints it.
  @Test func splitMixMatchesTheReferenceSequence() {
    var generator = SplitMix64(seed: 1_234_567)
    #expect(generator.next() == 6_457_827_717_110_365_317)
    #expect(generator.next() == 3_203_168_211_198_807_973)
    #expect(generator.next() == 9_817_491_932_198_370_423)
  }

  /// xoshiro256** from the state 1, 2, 3, 4: the first value is rotl(2·5, 7)·9 = 11520, then 0, as published.
  @Test func xoshiroMatchesTheReferenceSequence() {
    var generator = SeededGenerator(state: [1, 2, 3, 4])
    #expect(generator.next() == 11520)
    #expect(generator.next() == 0)
    #expect(generator.next() == 1_509_978_240)
    #expect(generator.next() == 1_215_971_899_390_074_240)
  }

  @Test func streamsDifferAndRepeat() {
    var seen: Set<UInt64> = []
    for epoch in 0..<20 as Range<UInt64> {
      for index in 0..<50 as Range<UInt64> {
        var a = SeededGenerator(seed: 7, stream: epoch, index)
        var b = SeededGenerator(seed: 7, stream: epoch, index)
        let value = a.next()
        #expect(value == b.next())
        seen.insert(value)
      }
    }
    #expect(seen.count == 1000)
  }

  @Test func aRestoredStateContinues() {
    var generator = SeededGenerator(seed: 3)
    _ = generator.nextNormal()
    var restored = SeededGenerator(state: generator.state)
    #expect((0..<10).allSatisfy { _ in generator.next() == restored.next() })
  }

  @Test func drawsAreUniform() {
    var generator = SeededGenerator(seed: 11)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[generator.next(below: 7)] += 1 }
    // χ² with 6 degrees of freedom exceeds 22.5 once in a thousand.
    let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - 10_000) * (Double($1) - 10_000) / 10_000 }
    #expect(chiSquare < 22.5)
  }

  @Test func normalDeviatesHaveTheirMoments() {
    var generator = SeededGenerator(seed: 5)
    let draws = (0..<100_000).map { _ in generator.nextNormal() }
    let mean = draws.reduce(0, +) / 100_000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_000
    #expect(mean.magnitude < 0.0125, "four standard errors")
    #expect((variance - 1).magnitude < 0.018, "four standard errors")
  }

  @Test func logarithmIsAccurate() {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<10_000 {
      let x = generator.nextUniform() + 0x1p-60
      let expected = Double.logarithm(x)
      #expect((SeededGenerator.logarithm(x) - expected).magnitude <= 4 * max(expected.magnitude.ulp, 0x1p-56))
    }
  }

  @Test func shufflesArePermutations() {
    var generator = SeededGenerator(seed: 1)
    var elements = Array(0..<100)
    generator.shuffle(&elements)
    #expect(elements != Array(0..<100))
    #expect(elements.sorted() == Array(0..<100))
  }
}

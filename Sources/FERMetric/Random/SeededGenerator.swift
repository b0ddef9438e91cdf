/// The seeded random generator of the library: xoshiro256**, a value whose state can be saved and restored.
///
/// Everything random in the library owns a generator of this type, so that a seed fixes a run. Besides raw bits it
/// offers the draws the library needs, written here and not taken from the standard library, whose algorithms may
/// change between releases.
///
///     var generator = SeededGenerator(seed: 7, stream: 2, 13)  // seed 7, epoch 2, picture 13
///     let flip = generator.nextUniform() < 0.5
///
/// - SeeAlso: D. Blackman and S. Vigna, *Scrambled linear pseudorandom number generators*, ACM TOMS 47, 2021.
public struct SeededGenerator: RandomNumberGenerator, Sendable, Hashable, Codable {
  private var s0, s1, s2, s3: UInt64

  /// Creates the generator of `seed` for one stream, a pure function of the seed and the stream's numbers.
  ///
  /// - Parameters:
  ///   - seed: The seed of the run.
  ///   - stream: Numbers that name what the generator is for, such as an epoch and an index. Order matters.
  public init(seed: UInt64, stream: UInt64...) {
    var mixer = SplitMix64(seed: seed)
    for part in stream {
      mixer = SplitMix64(seed: mixer.next() ^ (part &* 0xD6E8_FEB8_6659_FD93 &+ 0x2545_F491_4F6C_DD1D))
    }
    s0 = mixer.next()
    s1 = mixer.next()
    s2 = mixer.next()
    s3 = mixer.next()
  }

  /// Creates a generator from a state that ``state`` returned.
  ///
  /// - Precondition: `state` has four words, not all of them zero.
  public init(state: [UInt64]) {
    precondition(state.count == 4, "a generator's state has 4 words, not \(state.count)")
    precondition(state.contains { $0 != 0 }, "a generator's state must not be all zero")
    (s0, s1, s2, s3) = (state[0], state[1], state[2], state[3])
  }

  /// Decodes a state.
  ///
  /// - Throws: `DecodingError.dataCorrupted` for the state of four zeros, from which the generator never moves.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let words = try container.decode([UInt64].self)
    guard words.count == 4 && words.contains(where: { $0 != 0 }) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a generator's state has 4 words that are not all zero, not \(words)")
    }
    self.init(state: words)
  }

  /// Encodes the four words of the state.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(state)
  }

  /// The four words of the state, for checkpoints.
  public var state: [UInt64] { [s0, s1, s2, s3] }

  /// Advances the state and returns 64 random bits.
  public mutating func next() -> UInt64 {
    let product = s1 &* 5
    let result = ((product << 7) | (product >> 57)) &* 9
    let shifted = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = (s3 << 45) | (s3 >> 19)
    return result
  }
}

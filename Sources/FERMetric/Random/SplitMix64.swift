/// The SplitMix64 generator: one 64-bit state, used to expand a seed into the state of a larger generator.
///
/// Each call adds the golden-ratio constant to the state and mixes it with two multiplications and three shifts.
/// Equal seeds give equal sequences on every platform.
///
/// - SeeAlso: G. L. Steele, D. Lea and C. H. Flood, *Fast splittable pseudorandom number generators*, OOPSLA 2014.
public struct SplitMix64: RandomNumberGenerator, Sendable, Hashable {
  /// The whole state of the generator.
  public private(set) var state: UInt64

  /// Creates a generator from any seed, zero included.
  public init(seed: UInt64) {
    state = seed
  }

  /// Advances the state and returns 64 mixed bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

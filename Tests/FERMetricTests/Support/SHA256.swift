import Foundation

/// The digest of FIPS 180-4, by which files of two runs are compared.
enum SHA256 {
  /// The digest of a file, in hexadecimal.
  static func digest(ofFile path: String) throws -> String { digest([UInt8](try contents(path))) }

  /// The digest of a message, in hexadecimal.
  static func digest(_ message: [UInt8]) -> String {
    let zeros = (119 - message.count % 64) % 64
    let length = (0..<8).map { UInt8(truncatingIfNeeded: (message.count * 8) >> (56 - 8 * $0)) }
    let padded = message + [0x80] + [UInt8](repeating: 0, count: zeros) + length
    var state = initial
    for start in stride(from: 0, to: padded.count, by: 64) { absorb(padded[start..<(start + 64)], into: &state) }
    return state.map { String(format: "%08x", $0) }.joined()
  }

  private static func absorb(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
    func rotated(_ x: UInt32, _ count: UInt32) -> UInt32 { x >> count | x << (32 - count) }
    var w = (0..<16).map { i in block.dropFirst(4 * i).prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
    for i in 16..<64 {
      let (near, far) = (w[i - 2], w[i - 15])
      w.append(
        w[i - 16] &+ w[i - 7] &+ (rotated(near, 17) ^ rotated(near, 19) ^ near >> 10)
          &+ (rotated(far, 7) ^ rotated(far, 18) ^ far >> 3))
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for i in 0..<64 {
      let first = h &+ (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) &+ (e & f ^ ~e & g) &+ cubeRoots[i] &+ w[i]
      let second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ (a & b ^ a & c ^ b & c)
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
    }
    for (i, word) in [a, b, c, d, e, f, g, h].enumerated() { state[i] &+= word }
  }

  private static let primes = (2...311).filter { n in !(2..<n).contains { n % $0 == 0 } }

  /// The first 32 bits of the fractions of the primes' roots; 64 of them are cube roots, 8 square roots.
  private static let cubeRoots = primes.map { fraction(of: $0, power: 3) }
  private static let initial = primes.prefix(8).map { fraction(of: $0, power: 2) }

  /// ⌊2³²·p^(1/power)⌋ modulo 2³², by bisection in whole numbers.
  private static func fraction(of prime: Int, power: Int) -> UInt32 {
    let target = UInt128(prime) << (32 * power)
    var (low, high) = (UInt128(0), UInt128(1) << 38)
    while high - low > 1 {
      let middle = (low + high) / 2
      if (0..<power).reduce(UInt128(1), { product, _ in product * middle }) <= target {
        low = middle
      } else {
        high = middle
      }
    }
    return UInt32(truncatingIfNeeded: low)
  }
}

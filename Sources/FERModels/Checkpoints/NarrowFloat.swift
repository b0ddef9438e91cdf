/// A floating-point format of 16 bits, with gradual underflow, infinities and NaN.
struct NarrowFloat {
  /// Bits of the fraction.
  let fractionBits: Int
  /// What is added to the exponent.
  let bias: Int

  /// Half precision of IEEE 754.
  static let half = NarrowFloat(fractionBits: 10, bias: 15)
  /// The upper half of single precision.
  static let brain = NarrowFloat(fractionBits: 7, bias: 127)

  private var largestExponent: Int { (1 << (15 - fractionBits)) - 1 }

  /// The number that a pattern stands for.
  func decode(_ pattern: UInt16) -> Double {
    let sign: Double = pattern >> 15 == 0 ? 1 : -1
    let exponent = Int(pattern & 0x7FFF) >> fractionBits
    let fraction = Int(pattern) & (1 << fractionBits - 1)
    if exponent == largestExponent { return fraction == 0 ? sign * .infinity : .nan }
    let leading = exponent == 0 ? 0 : 1 << fractionBits
    return sign * Double(sign: .plus, exponent: max(exponent, 1) - bias - fractionBits, significand: 1)
      * Double(leading + fraction)
  }

  /// The pattern nearest to a number; ties go to the even one, numbers beyond the range to infinity.
  func encode(_ value: Double) -> UInt16 {
    let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
    let infinity = UInt16(largestExponent << fractionBits)
    if value.isNaN { return sign | infinity | 1 << UInt16(fractionBits - 1) }
    let magnitude = value.magnitude
    guard magnitude < Double(sign: .plus, exponent: bias + 1, significand: 1) else { return sign | infinity }
    let exponent = max(magnitude == 0 ? .min : Int(magnitude.exponent), 1 - bias)
    let unit = Double(sign: .plus, exponent: exponent - fractionBits, significand: 1)
    let steps = Int((magnitude / unit).rounded(.toNearestOrEven))
    // For a normal number `steps` includes the leading 1; a carry out of the fraction raises the exponent by itself.
    return sign | UInt16((exponent + bias - 1) << fractionBits + steps)
  }
}

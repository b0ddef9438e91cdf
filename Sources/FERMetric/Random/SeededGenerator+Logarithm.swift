extension SeededGenerator {
  /// The natural logarithm of a positive normal number, by arithmetic alone.
  ///
  /// The C library's logarithm may differ in the last bit between systems and processors; random draws must not.
  /// With x = m·2ᵉ, m in √½..<√2 and t = (m − 1)/(m + 1), the series 2(t + t³/3 + t⁵/5 + …) converges to within
  /// 2 ulp in eleven terms, since |t| < 0.172.
  static func logarithm(_ x: Double) -> Double {
    var mantissa = x.significand
    var exponent = Double(x.exponent)
    if mantissa > 1.414_213_562_373_095_1 {
      mantissa *= 0.5
      exponent += 1
    }
    let t = (mantissa - 1) / (mantissa + 1)
    let square = t * t
    var sum = 0.0
    for divisor in stride(from: 21.0, through: 1.0, by: -2.0) { sum = sum * square + 1 / divisor }
    return exponent * 0.693_147_180_559_945_3 + 2 * t * sum
  }
}

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What adding a margin m to an angle does to its cosine.
struct AngularMargin<Scalar: TensorScalar> {
  let radians: Double
  private let cosine, sine, bound, fallback: Scalar

  init(degrees: Double) {
    radians = degrees * .pi / 180
    cosine = Scalar(cos(radians))
    sine = Scalar(sin(radians))
    bound = Scalar(-cos(radians))
    fallback = Scalar(radians * sin(radians))
  }

  /// cos(θ + m), or cos θ − m·sin m beyond π − m, and its derivative by cos θ.
  @inline(__always)
  func shifted(cosine c: Scalar, sine s: Scalar) -> (value: Scalar, slope: Scalar) {
    guard c >= bound else { return (c - fallback, 1) }
    // An angle within rounding of 0 has no direction to turn in.
    let turn = s > 4 * Scalar.ulpOfOne ? c * sine / s : 0
    return (c * cosine - s * sine, cosine + turn)
  }
}

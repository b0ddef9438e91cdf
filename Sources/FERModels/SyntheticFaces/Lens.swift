/// The region between two curves over a chord: brows, lids, lips, openings, teeth and wrinkles.
///
/// With u in −1…1 along the chord, the middle curve rises by `arch`·(1 − u²) + `skew`·u·(1 − u²) above the chord, and
/// the region reaches `rise`·p(u) above and `fall`·p(u) below that curve, p(u) = (1 − u²)(1 + `fullness`·u²).
struct Lens: FaceShape {
  let middle: SIMD2<Float>
  let axis: SIMD2<Float>
  let normal: SIMD2<Float>
  let halfLength: Float
  let arch: Float
  let skew: Float
  let rise: Float
  let fall: Float
  let fullness: Float

  /// A region over the chord from `start` to `end`; "above" is towards smaller y.
  init(
    from start: SIMD2<Float>, to end: SIMD2<Float>, arch: Float = 0, skew: Float = 0, rise: Float, fall: Float,
    fullness: Float = 0
  ) {
    let chord = end - start
    let length = max(chord.dot(chord).squareRoot(), 1e-3)
    let axis = chord / length
    let down = SIMD2(-axis.y, axis.x)
    middle = 0.5 * (start + end)
    self.axis = axis
    normal = down.y < 0 ? -down : down
    halfLength = 0.5 * length
    self.arch = arch
    self.skew = skew
    self.rise = max(rise, 0)
    self.fall = max(fall, 0)
    self.fullness = fullness
  }

  /// A line of the given width that tapers towards its ends.
  init(stroke start: SIMD2<Float>, to end: SIMD2<Float>, arch: Float = 0, skew: Float = 0, width: Float) {
    self.init(
      from: start, to: end, arch: arch, skew: skew, rise: 0.5 * width, fall: 0.5 * width, fullness: 0.9)
  }

  var bounds: FaceBox {
    let thickness = 1 + 0.34 * max(fullness, 0)
    let up = max(arch, 0) + max(skew, -skew) * 0.4 + rise * thickness
    let down = max(-arch, 0) + max(skew, -skew) * 0.4 + fall * thickness
    let reach = halfLength * pointwiseMax(axis, -axis)
    let a = -up * normal
    let b = down * normal
    return FaceBox(low: middle - reach + pointwiseMin(a, b), high: middle + reach + pointwiseMax(a, b))
  }

  func coverage(at point: SIMD2<Float>, sharpness: Float) -> Float {
    let offset = point - middle
    let along = offset.dot(axis)
    let u = along / halfLength
    let square = u * u
    let beyond = halfLength - (along < 0 ? -along : along)
    let end = unitClamped(0.5 + beyond * sharpness)
    guard end > 0 else { return 0 }
    let open = square < 1 ? 1 - square : 0
    let profile = open * (1 + fullness * square)
    let depth = offset.dot(normal) + (arch + skew * u) * open
    let slope = (2 * arch * u - skew * (1 - 3 * square)) / halfLength
    let tightness = sharpness / (1 + slope * slope).squareRoot()
    let upper = unitClamped(0.5 + (depth + rise * profile) * tightness)
    let lower = unitClamped(0.5 + (fall * profile - depth) * tightness)
    return end * unitClamped(upper + lower - 1)
  }
}

/// The outline of a head: half an ellipse above, half a squared or pointed one below.
///
/// With X = (x/width)² and Y = (y/height)² the outline is X + Y + q·X·Y = 1; q = −1 is a rectangle, 0 an ellipse, and
/// positive values are pointed.
struct HeadOutline: FaceShape {
  /// Half the width at the level of the eyes.
  let width: Float
  /// Height of the crown above the level of the eyes.
  let crown: Float
  /// Depth of the chin below the level of the eyes.
  let chin: Float
  /// The pointedness q of the jaw.
  let jaw: Float

  var bounds: FaceBox { FaceBox(low: SIMD2(-width, -crown), high: SIMD2(width, chin)) }

  func coverage(at point: SIMD2<Float>, sharpness: Float) -> Float {
    let below = point.y > 0
    let height = below ? chin : crown
    let q = below ? jaw : -0.15
    let u = point.x / width
    let v = point.y / height
    let (x, y) = (u * u, v * v)
    let slope = SIMD2(u / width * (1 + q * y), v / height * (1 + q * x))
    let distance = 0.5 * (x + y + q * x * y - 1) / (slope.dot(slope) + 1e-6).squareRoot()
    return unitClamped(0.5 - distance * sharpness)
  }
}

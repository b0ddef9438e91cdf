/// Where the face stands in the picture: a similarity transform and a turn of the head.
///
/// Picture coordinates run from −1 to 1 in both directions. A turn moves what lies near the middle of the face, which
/// is closer to the camera, further than the outline.
struct FaceView: Sendable {
  /// Face units per half picture width.
  let extent: Float
  /// Where the origin of the face lies, in picture coordinates.
  let shift: SIMD2<Float>
  /// Cosine and sine of the roll.
  let roll: SIMD2<Float>
  /// Displacement of the tip of the nose by yaw and pitch, in face units.
  let turn: SIMD2<Float>

  /// A view rolled by 2·atan(`halfTangent`).
  init(extent: Float, shift: SIMD2<Float>, halfTangent: Float, turn: SIMD2<Float>) {
    let square = halfTangent * halfTangent
    self.extent = extent
    self.shift = shift
    roll = SIMD2(1 - square, 2 * halfTangent) / (1 + square)
    self.turn = turn
  }

  /// The point of the unturned face that is seen at `point` of the picture.
  @inline(__always)
  func facePoint(at point: SIMD2<Float>) -> SIMD2<Float> {
    let offset = (point - shift) * extent
    let upright = SIMD2(
      roll.x * offset.x + roll.y * offset.y, roll.x * offset.y - roll.y * offset.x)
    let relief = 1 - upright * upright * SIMD2(1, 0.5)
    guard relief.x > 0, relief.y > 0 else { return upright }
    return upright - turn * (relief.x * relief.y)
  }

  /// A box of the picture that contains a box of the face.
  func pictureBox(around box: FaceBox) -> FaceBox {
    let box = FaceBox(
      low: box.low + pointwiseMin(turn, .zero), high: box.high + pointwiseMax(turn, .zero))
    let half = 0.5 * (box.high - box.low)
    let center = 0.5 * (box.low + box.high)
    let reach = SIMD2(
      roll.x * half.x + magnitude(roll.y) * half.y, roll.x * half.y + magnitude(roll.y) * half.x)
    let middle = SIMD2(
      roll.x * center.x - roll.y * center.y, roll.x * center.y + roll.y * center.x)
    return FaceBox(low: (middle - reach) / extent + shift, high: (middle + reach) / extent + shift)
  }

  private func magnitude(_ value: Float) -> Float { value < 0 ? -value : value }
}

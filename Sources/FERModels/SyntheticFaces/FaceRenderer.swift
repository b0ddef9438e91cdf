/// Draws one face from back to front.
struct FaceRenderer {
  var canvas: FaceCanvas
  let identity: FaceIdentity
  let actions: FaceActions
  let capture: FaceCapture
  /// Thin dark lines of the skin.
  let crease: FaceColor

  init(size: Int, identity: FaceIdentity, actions: FaceActions, capture: FaceCapture) {
    canvas = FaceCanvas(size: size, view: capture.view, blur: capture.blur)
    self.identity = identity
    self.actions = actions
    self.capture = capture
    crease = identity.skin * 0.42
  }

  /// The head with the chin where the jaw has dropped to.
  var head: HeadOutline {
    HeadOutline(
      width: identity.headWidth, crown: identity.crown, chin: identity.chin + 0.13 * actions[.jawDrop],
      jaw: identity.jaw)
  }

  /// Draws everything on the face, without what covers it.
  mutating func drawFace() {
    drawBackground()
    drawHairBehind()
    drawHead()
    drawBeard()
    drawNose()
    drawCheeks()
    drawMouth()
    drawForehead()
    for side in FaceSide.allCases {
      drawEye(side)
      drawBrow(side)
    }
    drawHairInFront()
    drawGlasses()
  }

  /// Applies light, film and noise, and rounds to bytes.
  func developed() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: canvas.pixels.count * 3)
    var state = capture.noiseSeed
    for index in canvas.pixels.indices {
      // One step of a linear congruential generator, mixed; four sums of two bytes give noise of a tent's shape.
      state = state &* 0x5851_F42D_4C95_7F2D &+ 0x1405_7B7E_F767_814F
      let bits = (state ^ (state >> 33)) &* 0xFF51_AFD7_ED55_8CCD
      let octets = SIMD8<UInt8>(
        truncatingIfNeeded: SIMD8(
          bits >> 56, bits >> 48, bits >> 40, bits >> 32, bits >> 24, bits >> 16, bits >> 8, bits))
      let pairs = SIMD4<Float>(octets.lowHalf) + SIMD4<Float>(octets.highHalf)
      let noise = (pairs - 255) * (capture.noise / 255)
      let developed = capture.light.develop(canvas.pixels[index], at: canvas.facePoints[index])
      let level = (developed + noise + noise.w) * 255 + 0.5
      let limited = pointwiseMin(pointwiseMax(level, .zero), FaceColor(repeating: 255))
      bytes[3 * index] = UInt8(limited.x)
      bytes[3 * index + 1] = UInt8(limited.y)
      bytes[3 * index + 2] = UInt8(limited.z)
    }
    return bytes
  }

  private mutating func drawBackground() {
    let (first, second) = capture.background
    let step = 2 / Float(canvas.size)
    for row in 0..<canvas.size {
      for column in 0..<canvas.size {
        let point = SIMD2(Float(column) + 0.5, Float(row) + 0.5) * step - 1
        let share = unitClamped(0.5 + 0.5 * point.dot(capture.backgroundDirection))
        canvas.pixels[row * canvas.size + column] = first + share * (second - first)
      }
    }
    canvas.fill(Ellipse(center: SIMD2(0, 2.15), radii: SIMD2(1.7, 0.75)), identity.clothes)
  }

  private mutating func drawHead() {
    let skin = identity.skin
    canvas.fill(Capsule(start: SIMD2(0, 1), end: SIMD2(0, 1.8), radius: 0.5), skin * 0.72)
    for side in FaceSide.allCases {
      let center = SIMD2(side.sign * (identity.headWidth + 0.03), 0.1)
      canvas.fill(Ellipse(center: center, radii: SIMD2(0.13, 0.26)), skin * 0.88)
    }
    canvas.fill(head, skin)
  }
}

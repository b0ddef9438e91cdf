extension FaceRenderer {
  /// The region between the lids.
  private func opening(_ side: FaceSide) -> Lens {
    let own = actions[side]
    let closed = unitClamped(own[.eyeClosure])
    let raised = 0.095 * identity.eyeOpening + 0.075 * own[.upperLidRaiser] - 0.035 * own[.lidTightener]
    let lowered = 0.06 * identity.eyeOpening + 0.025 * own[.upperLidRaiser] - 0.032 * own[.lidTightener]
    let squeeze = own[.cheekRaiser]
    // Grief lifts the inner and lets the outer corner hang.
    let grief = min(own[.innerBrowRaiser], own[.browLowerer] + own[.eyeClosure])
    let inner = SIMD2(
      side.sign * (identity.eyeDistance - identity.eyeHalfWidth), identity.eyeHeight + 0.015)
    let outer = SIMD2(
      side.sign * (identity.eyeDistance + identity.eyeHalfWidth),
      identity.eyeHeight - identity.eyeSlant + 0.05 * grief)
    return Lens(
      from: inner, to: outer, arch: 0.055 * squeeze,
      rise: (raised - 0.035 * squeeze) * (1 - 0.95 * closed) + 0.006,
      fall: (lowered - 0.045 * squeeze) * (1 - 0.5 * closed) + 0.006, fullness: 0.35)
  }

  /// Draws one eye with its lids.
  mutating func drawEye(_ side: FaceSide) {
    let own = actions[side]
    let skin = identity.skin
    let eye = opening(side)
    let start = eye.middle - eye.axis * eye.halfLength
    let end = eye.middle + eye.axis * eye.halfLength
    canvas.shade(
      Ellipse(center: eye.middle - SIMD2(0, 0.04), radii: SIMD2(0.27, 0.2), blur: 0.12), by: 0.86)
    canvas.fill(eye, FaceColor(0.94, 0.93, 0.91, 0))
    let pupil = SIMD2(side.sign * identity.eyeDistance, identity.eyeHeight) + capture.gaze
    let iris = Ellipse(center: pupil, radii: SIMD2(repeating: 0.098))
    canvas.fill(iris.clipped(to: eye), identity.iris)
    canvas.fill(
      Ellipse(center: pupil, radii: SIMD2(repeating: 0.045)).clipped(to: eye), FaceColor(0.03, 0.03, 0.03, 0))
    canvas.fill(
      Ellipse(center: pupil - SIMD2(0.03, 0.035), radii: SIMD2(repeating: 0.02)).clipped(to: eye),
      FaceColor(1, 1, 1, 0), opacity: 0.9)
    canvas.fill(
      Lens(stroke: start, to: end, arch: eye.arch + eye.rise, width: 0.045), FaceColor(0.08, 0.06, 0.05, 0),
      opacity: 0.85)
    canvas.fill(Lens(stroke: start, to: end, arch: eye.arch - eye.fall, width: 0.022), crease, opacity: 0.6)
    // The fold above the eye; a raised lid swallows it.
    canvas.fill(
      Lens(
        stroke: start - SIMD2(0, 0.03), to: end - SIMD2(0, 0.03), arch: eye.arch + eye.rise + 0.03, width: 0.024),
      skin * 0.55, opacity: 0.55 * (1 - unitClamped(own[.upperLidRaiser])))
    drawLowerFolds(side, from: start, to: end, arch: eye.arch - eye.fall)
  }

  /// The pouch below the eye and the wrinkles beside it.
  private mutating func drawLowerFolds(
    _ side: FaceSide, from start: SIMD2<Float>, to end: SIMD2<Float>, arch: Float
  ) {
    let own = actions[side]
    let pouch = unitClamped(0.3 * identity.age + 0.7 * own[.cheekRaiser] + 0.4 * own[.lidTightener])
    let drop = SIMD2<Float>(0, 0.075)
    canvas.fill(
      Lens(stroke: start + drop, to: end + drop, arch: arch - 0.02, width: 0.026), crease, opacity: 0.5 * pouch)
    let feet = unitClamped(own[.cheekRaiser] * (0.7 + 0.3 * identity.age))
    for slope: Float in [-0.09, 0, 0.09] {
      let near = end + SIMD2(side.sign * 0.06, 0.4 * slope)
      let far = end + SIMD2(side.sign * 0.2, 1.3 * slope)
      canvas.fill(Lens(stroke: near, to: far, width: 0.022), crease, opacity: 0.55 * feet)
    }
  }

  /// Draws one brow.
  mutating func drawBrow(_ side: FaceSide) {
    let own = actions[side]
    let base = identity.eyeHeight - identity.browHeight
    let inner = SIMD2(
      side.sign * (0.16 - 0.055 * own[.browLowerer] - 0.02 * own[.noseWrinkler]),
      base + 0.01 - 0.15 * own[.innerBrowRaiser] + 0.13 * own[.browLowerer] + 0.06 * own[.noseWrinkler])
    let outer = SIMD2(
      side.sign * (identity.eyeDistance + 0.27),
      base + 0.03 - identity.browSlope - 0.14 * own[.outerBrowRaiser] + 0.015 * own[.browLowerer]
        + 0.05 * min(own[.innerBrowRaiser], 1) * (1 - unitClamped(own[.outerBrowRaiser])))
    let arch =
      identity.browArch + 0.05 * own[.outerBrowRaiser] - 0.045 * own[.browLowerer]
      * (1 - unitClamped(own[.innerBrowRaiser]))
    canvas.fill(
      Lens(
        from: inner, to: outer, arch: arch, rise: 0.5 * identity.browWidth, fall: 0.5 * identity.browWidth,
        fullness: 0.9),
      identity.brow, opacity: 0.95)
  }

  /// Draws the wrinkles of the forehead and between the brows.
  mutating func drawForehead() {
    let base = identity.eyeHeight - identity.browHeight
    let raised = 0.5 * (actions[.innerBrowRaiser] + actions[.outerBrowRaiser])
    let folds = unitClamped(raised * (0.55 + 0.45 * identity.age))
    for line in 0..<3 {
      let height = base - 0.27 - 0.11 * Float(line)
      let reach = 0.5 - 0.07 * Float(line)
      canvas.fill(
        Lens(stroke: SIMD2(-reach, height), to: SIMD2(reach, height), arch: 0.03, width: 0.024), crease,
        opacity: 0.5 * folds)
    }
    let frown = unitClamped(actions[.browLowerer] * (0.7 + 0.3 * identity.age))
    for side in FaceSide.allCases {
      let foot = SIMD2(side.sign * 0.05, identity.eyeHeight - 0.07)
      let top = SIMD2(side.sign * 0.065, base - 0.03 - 0.08 * actions[.innerBrowRaiser])
      canvas.fill(Lens(stroke: foot, to: top, width: 0.03), crease, opacity: 0.75 * frown)
    }
  }

  /// Draws spectacles.
  mutating func drawGlasses() {
    guard identity.glasses != .none else { return }
    let radii: SIMD2<Float> = identity.glasses == .round ? SIMD2(0.29, 0.27) : SIMD2(0.33, 0.22)
    let rim = FaceColor(0.1, 0.09, 0.1, 0)
    let height = identity.eyeHeight + 0.03
    for side in FaceSide.allCases {
      let center = SIMD2(side.sign * (identity.eyeDistance + 0.02), height)
      let glass = Ellipse(center: center, radii: radii)
      canvas.fill(glass, FaceColor(0.85, 0.9, 0.95, 0), opacity: 0.1)
      canvas.fill(EllipseRing(ellipse: glass, width: 0.045), rim, opacity: 0.9)
      canvas.fill(
        Capsule(
          start: SIMD2(side.sign * (identity.eyeDistance + 0.02 + radii.x), height),
          end: SIMD2(side.sign * identity.headWidth, height - 0.03), radius: 0.025), rim, opacity: 0.9)
    }
    let bridge = identity.eyeDistance + 0.02 - radii.x
    canvas.fill(
      Lens(stroke: SIMD2(-bridge, height), to: SIMD2(bridge, height), arch: 0.04, width: 0.045), rim, opacity: 0.9)
  }
}

extension FaceRenderer {
  /// Draws the hair behind the head.
  mutating func drawHairBehind() {
    guard identity.hairStyle != .bald else { return }
    let width = identity.headWidth + 0.1
    let color = identity.hair
    canvas.fill(
      Ellipse(center: SIMD2(0, -0.35), radii: SIMD2(width, identity.crown - 0.22)), color)
    if identity.hairStyle == .long {
      for side in FaceSide.allCases {
        canvas.fill(
          Capsule(
            start: SIMD2(side.sign * (width - 0.25), -0.3), end: SIMD2(side.sign * (width - 0.12), 1.5), radius: 0.3),
          color * 0.85)
      }
    }
  }

  /// Draws the hair that grows over the forehead and temples.
  mutating func drawHairInFront() {
    guard identity.hairStyle != .bald else { return }
    let line = identity.hairline
    let width = identity.headWidth
    let scalp = Lens(
      from: SIMD2(-width - 0.05, line + 0.25), to: SIMD2(width + 0.05, line + 0.25), arch: 0.3,
      skew: identity.parting, rise: 1.2, fall: 0, fullness: 0.8)
    canvas.fill(
      scalp.clipped(to: Ellipse(center: SIMD2(0, -0.35), radii: SIMD2(width + 0.1, identity.crown - 0.22))),
      identity.hair)
    guard identity.hairStyle == .long else { return }
    for side in FaceSide.allCases {
      canvas.fill(
        Capsule(
          start: SIMD2(side.sign * (width - 0.05), -0.6), end: SIMD2(side.sign * (width + 0.02), 1.4), radius: 0.13),
        identity.hair * 0.93)
    }
  }

  /// Draws beard and moustache below the features that lie on them.
  mutating func drawBeard() {
    let color = identity.hair * 0.7 + identity.skin * 0.15
    if identity.beard > 0 {
      let region = Lens(
        from: SIMD2(-1.1, 0.02), to: SIMD2(1.1, 0.02), arch: -0.55, rise: 0, fall: 1.3, fullness: 0.5)
      canvas.fill(region.clipped(to: head), color, opacity: identity.beard)
    }
    if identity.moustache > 0 {
      let plan = MouthPlan(identity: identity, actions: actions)
      canvas.fill(
        Lens(
          from: plan.left + SIMD2(-0.03, 0.02), to: plan.right + SIMD2(0.03, 0.02), arch: plan.arch + plan.rise,
          rise: 0.16, fall: 0.02, fullness: 0.7), color, opacity: identity.moustache)
    }
  }
}

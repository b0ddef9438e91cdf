extension FaceRenderer {
  /// Draws lips, opening, teeth and the folds around the mouth.
  mutating func drawMouth() {
    let plan = MouthPlan(identity: identity, actions: actions)
    let thin = 1 - 0.65 * unitClamped(actions[.lipTightener])
    let smile = unitClamped(actions[.lipCornerPuller])
    let upper = identity.upperLip * thin * (1 - 0.3 * smile) + 0.02 * actions[.upperLipRaiser]
    let lower = identity.lowerLip * thin * (1 - 0.2 * smile) + 0.03 * actions[.chinRaiser]
    drawMouthFolds(plan, lower: lower)
    canvas.fill(
      Lens(
        from: plan.left, to: plan.right, arch: plan.arch, skew: plan.skew, rise: plan.rise + upper, fall: 0.01,
        fullness: plan.fullness), identity.lips * 0.9)
    canvas.fill(
      Lens(
        from: plan.left, to: plan.right, arch: plan.arch, skew: plan.skew, rise: 0.01, fall: plan.fall + lower,
        fullness: plan.fullness), identity.lips)
    let gap = plan.rise + plan.fall
    if gap > 0.02 {
      drawOpening(plan, gap: gap)
    }
    let seam = 1 - unitClamped((gap - 0.02) * 20)
    canvas.fill(
      Lens(stroke: plan.left, to: plan.right, arch: plan.arch, skew: plan.skew, width: 0.04),
      crease * FaceColor(0.8, 0.6, 0.6, 0), opacity: 0.85 * seam)
  }

  private mutating func drawOpening(_ plan: MouthPlan, gap: Float) {
    let opening = plan.opening
    canvas.fill(opening, FaceColor(0.2, 0.05, 0.06, 0))
    let drop = actions[.jawDrop]
    canvas.fill(
      Ellipse(
        center: SIMD2(0, identity.mouthHeight + plan.fall), radii: SIMD2(0.2, 0.1 + 0.1 * drop)
      ).clipped(to: opening),
      FaceColor(0.6, 0.26, 0.27, 0), opacity: unitClamped(2 * drop - 0.3))
    let teeth = FaceColor(0.93, 0.91, 0.86, 0)
    let bared = max(actions[.lipStretcher], actions[.lipTightener])
    let shown = unitClamped(
      actions[.lipCornerPuller] + 0.8 * actions[.upperLipRaiser] + 0.8 * bared + 0.15)
    let row = min(gap, 0.12) * shown
    canvas.fill(
      Lens(
        from: plan.left, to: plan.right, arch: plan.arch, skew: plan.skew, rise: plan.rise, fall: row - plan.rise,
        fullness: plan.fullness
      ).clipped(to: opening), teeth, opacity: unitClamped(3 * row / gap) * shown)
    if bared > 0.3 {
      let lower = min(0.5 * gap, 0.1)
      canvas.fill(
        Lens(
          from: plan.left, to: plan.right, arch: plan.arch - plan.fall + lower, skew: plan.skew, rise: 0, fall: lower,
          fullness: plan.fullness
        ).clipped(to: opening), teeth * 0.94, opacity: unitClamped(1.5 * bared))
      canvas.fill(
        Lens(
          stroke: plan.left, to: plan.right, arch: plan.arch + plan.rise - 0.5 * gap, skew: plan.skew, width: 0.02),
        FaceColor(0.3, 0.15, 0.12, 0), opacity: 0.7)
    }
  }

  /// Nasolabial folds, dimples, the shadow below the lip and the puckered chin.
  private mutating func drawMouthFolds(_ plan: MouthPlan, lower: Float) {
    for side in FaceSide.allCases {
      let own = actions[side]
      let corner = side == .left ? plan.left : plan.right
      let lift = max(own[.noseWrinkler], own[.upperLipRaiser])
      let strength = unitClamped(
        0.25 * identity.age + max(0.8 * own[.lipCornerPuller], max(0.95 * lift, 0.35 * own[.lipStretcher])))
      let top = SIMD2(
        side.sign * (identity.noseWidth + 0.05), identity.eyeHeight + identity.noseLength + 0.08 - 0.06 * lift)
      let bottom = corner + SIMD2(side.sign * (0.1 - 0.02 * lift), -0.03 + 0.06 * lift)
      canvas.fill(
        Lens(stroke: top, to: bottom, arch: 0.07 + 0.03 * own[.lipCornerPuller], width: 0.036), crease,
        opacity: 0.65 * strength)
      // Corners pressed down draw a line towards the chin; pulled up, a dimple.
      canvas.fill(
        Lens(
          stroke: corner + SIMD2(side.sign * 0.02, -0.01), to: corner + SIMD2(side.sign * 0.07, 0.14),
          width: 0.03), crease, opacity: 0.65 * unitClamped(own[.lipCornerDepressor]))
      canvas.fill(
        Lens(
          stroke: corner + SIMD2(side.sign * 0.03, -0.06), to: corner + SIMD2(side.sign * 0.03, 0.06),
          width: 0.024), crease, opacity: 0.5 * unitClamped(own[.lipCornerPuller]))
    }
    let below = plan.fall - plan.arch + lower
    let height = 0.5 * (plan.left.y + plan.right.y) + below + 0.06
    canvas.shade(
      Ellipse(center: SIMD2(0, height), radii: SIMD2(0.2, 0.035), blur: 0.06),
      by: 0.82 - 0.1 * unitClamped(actions[.chinRaiser]))
    let pucker = unitClamped(actions[.chinRaiser])
    for side in FaceSide.allCases {
      canvas.fill(
        Lens(
          stroke: SIMD2(side.sign * 0.03, height + 0.06), to: SIMD2(side.sign * 0.17, height + 0.15), arch: 0.03,
          width: 0.026), crease, opacity: 0.5 * pucker)
    }
  }
}

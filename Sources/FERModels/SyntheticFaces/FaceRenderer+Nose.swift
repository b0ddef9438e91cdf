extension FaceRenderer {
  /// Draws the nose and the wrinkles on its bridge.
  mutating func drawNose() {
    let wrinkled = unitClamped(actions[.noseWrinkler])
    let tip = identity.eyeHeight + identity.noseLength - 0.05 * wrinkled
    let width = identity.noseWidth + 0.025 * wrinkled
    let skin = identity.skin
    canvas.shade(Ellipse(center: SIMD2(0, tip - 0.07), radii: SIMD2(0.1, 0.09), blur: 0.08), by: 1.08)
    canvas.shade(
      Ellipse(center: SIMD2(0, tip + 0.11), radii: SIMD2(width, 0.05), blur: 0.08), by: 0.82)
    for side in FaceSide.allCases {
      let s = side.sign
      canvas.shade(
        Ellipse(center: SIMD2(s * 0.14, tip - 0.25), radii: SIMD2(0.04, 0.2), blur: 0.07), by: 0.86)
      canvas.fill(
        Lens(
          stroke: SIMD2(s * (width - 0.01), tip - 0.07), to: SIMD2(s * (width - 0.03), tip + 0.07),
          arch: 0, width: 0.035), skin * 0.5, opacity: 0.65)
      canvas.fill(
        Ellipse(center: SIMD2(s * 0.55 * width, tip + 0.05), radii: SIMD2(0.045, 0.028)), skin * 0.22,
        opacity: 0.85)
      for line in 0..<3 {
        let height = identity.eyeHeight + 0.03 + 0.085 * Float(line)
        canvas.fill(
          Lens(
            stroke: SIMD2(s * 0.015, height + 0.04), to: SIMD2(s * (0.13 + 0.02 * Float(line)), height - 0.05),
            width: 0.03), crease, opacity: 0.8 * wrinkled)
      }
    }
  }

  /// Draws the cheeks, which a smile pushes up.
  mutating func drawCheeks() {
    for side in FaceSide.allCases {
      let raised = unitClamped(actions[side][.cheekRaiser])
      let center = SIMD2(side.sign * 0.58, 0.36 - 0.08 * raised)
      canvas.shade(Ellipse(center: center, radii: SIMD2(0.2, 0.15), blur: 0.16), by: 1.04 + 0.09 * raised)
      canvas.fill(
        Ellipse(center: center, radii: SIMD2(0.16, 0.12), blur: 0.2), identity.lips, opacity: 0.12 + 0.15 * raised)
    }
  }
}

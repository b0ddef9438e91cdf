internal import FERMetric

/// What differs between two pictures of one person besides the expression: view, light, background, noise.
struct FaceCapture: Sendable {
  let view: FaceView
  /// Displacement of both pupils, in face units.
  let gaze: SIMD2<Float>
  let blur: Float
  let noise: Float
  let noiseSeed: UInt64
  let background: (FaceColor, FaceColor)
  let backgroundDirection: SIMD2<Float>
  let light: FaceLight

  /// Draws the conditions of one picture.
  init(difficulty: SyntheticFaces.Difficulty, using generator: inout SeededGenerator) {
    let pose = difficulty.pose
    view = FaceView(
      extent: 1.15 * (1 + 0.16 * pose * generator.nextFloat(in: -1...1)),
      shift: SIMD2(0, 0.02) + 0.16 * pose * SIMD2(generator.nextFloat(in: -1...1), generator.nextFloat(in: -1...1)),
      halfTangent: 0.17 * pose * generator.nextTent(),
      turn: pose * SIMD2(0.36 * generator.nextTent(), 0.26 * generator.nextTent()))
    gaze = SIMD2(0.07 * generator.nextTent(), 0.03 * generator.nextTent())
    let softness = generator.nextFloat()
    blur = 0.05 * difficulty.grain * softness * softness
    let speckle = generator.nextFloat()
    noise = 0.09 * difficulty.grain * speckle * speckle
    noiseSeed = generator.next()
    background = (
      generator.nextColor(in: 0.1...0.9, paleness: 0.5), generator.nextColor(in: 0.1...0.9, paleness: 0.5)
    )
    backgroundDirection = generator.nextDirection()
    light = FaceLight(strength: difficulty.light, using: &generator)
  }
}

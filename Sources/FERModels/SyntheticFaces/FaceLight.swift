internal import FERMetric

/// The light of a picture and the curve of its film.
struct FaceLight: Sendable {
  /// Change of brightness per face unit, to the right and down.
  let gradient: SIMD2<Float>
  /// Darkening towards the edge of the head.
  let falloff: Float
  let exposure: Float
  let contrast: Float
  /// 0 is linear, positive values brighten the middle tones.
  let gamma: Float
  let cast: FaceColor
  /// 1 keeps the colors, 0 is a gray picture.
  let saturation: Float

  init(strength: Float, using generator: inout SeededGenerator) {
    gradient = generator.nextDirection() * strength * generator.nextFloat(in: 0...0.42)
    falloff = generator.nextFloat(in: 0.08...(0.12 + 0.2 * strength))
    exposure = 1 + 0.3 * strength * generator.nextFloat(in: -1...1)
    contrast = 1 + strength * generator.nextFloat(in: -0.4...0.25)
    gamma = 0.55 * strength * generator.nextFloat(in: -1...1)
    let tint = generator.nextColor(in: -1...1)
    cast = 1 + 0.1 * strength * tint
    saturation =
      generator.nextBool(probability: 0.15 * strength) ? 0 : 1 + strength * generator.nextFloat(in: -0.5...0.2)
  }

  /// The color that the film records where the drawing has `color`, at `point` of the face.
  @inline(__always)
  func develop(_ color: FaceColor, at point: SIMD2<Float>) -> FaceColor {
    let near = pointwiseMin(pointwiseMax(point, SIMD2(repeating: -1.3)), SIMD2(repeating: 1.3))
    let gain = exposure * cast * (1 + near.dot(gradient) - falloff * 0.6 * near.dot(near))
    let lit = color * pointwiseMax(gain, FaceColor(repeating: 0.1))
    let gray = 0.299 * lit.x + 0.587 * lit.y + 0.114 * lit.z
    let toned = FaceColor(repeating: gray) + saturation * (lit - gray)
    let stretched = 0.5 + contrast * (toned - 0.5)
    let clamped = pointwiseMin(pointwiseMax(stretched, .zero), FaceColor(repeating: 1))
    return clamped * (1 + gamma * (1 - clamped))
  }
}

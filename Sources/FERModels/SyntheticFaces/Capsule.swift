/// All points within `radius` of a segment: bars, fingers and strands of hair.
struct Capsule: FaceShape {
  let start: SIMD2<Float>
  let end: SIMD2<Float>
  let radius: Float

  var bounds: FaceBox {
    FaceBox(low: pointwiseMin(start, end), high: pointwiseMax(start, end)).grown(by: radius)
  }

  func coverage(at point: SIMD2<Float>, sharpness: Float) -> Float {
    let chord = end - start
    let offset = point - start
    let along = unitClamped(offset.dot(chord) / (chord.dot(chord) + 1e-6))
    let nearest = offset - along * chord
    let distance = nearest.dot(nearest).squareRoot()
    let outer = unitClamped(0.5 + (radius - distance) * sharpness)
    let inner = unitClamped(0.5 + (radius + distance) * sharpness)
    return unitClamped(outer + inner - 1)
  }
}

/// An ellipse with its axes along x and y, filled or drawn as a line.
struct Ellipse: FaceShape {
  let center: SIMD2<Float>
  let radii: SIMD2<Float>
  /// Width of the edge beyond the sharp one, for shadows.
  var blur: Float = 0

  var bounds: FaceBox { FaceBox(low: center - radii, high: center + radii).grown(by: blur) }

  func coverage(at point: SIMD2<Float>, sharpness: Float) -> Float {
    let sharpness = blur > 0 ? sharpness / (1 + blur * sharpness) : sharpness
    return unitClamped(0.5 - distance(to: point) * sharpness)
  }

  /// The distance to the outline, negative inside, to first order near the outline.
  @inline(__always)
  func distance(to point: SIMD2<Float>) -> Float {
    let scaled = (point - center) / radii
    let slope = scaled / radii
    let value = scaled.dot(scaled)
    return 0.5 * (value - 1) / (slope.dot(slope) + 1e-6).squareRoot()
  }
}

/// The outline of an ellipse as a line: a rim of glasses.
struct EllipseRing: FaceShape {
  let ellipse: Ellipse
  let width: Float

  var bounds: FaceBox { ellipse.bounds.grown(by: width) }

  func coverage(at point: SIMD2<Float>, sharpness: Float) -> Float {
    let distance = ellipse.distance(to: point)
    let outer = unitClamped(0.5 + (0.5 * width - distance) * sharpness)
    let inner = unitClamped(0.5 + (0.5 * width + distance) * sharpness)
    return outer > 0 && inner > 0 ? unitClamped(outer + inner - 1) : 0
  }
}

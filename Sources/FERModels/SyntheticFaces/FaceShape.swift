/// A region with a soft edge, in face units.
///
/// Shapes use only addition, multiplication, division and square roots. IEEE 754 rounds these correctly, so the same
/// picture has the same bytes on every processor; no function of the C library, which differ in the last bit, is called.
protocol FaceShape {
  /// A box outside which nothing is covered, apart from the soft edge.
  var bounds: FaceBox { get }

  /// The covered part of a small disc around `point`, in 0…1.
  ///
  /// - Parameters:
  ///   - point: x to the right and y down, in face units.
  ///   - sharpness: one over the width of the edge.
  func coverage(at point: SIMD2<Float>, sharpness: Float) -> Float
}

/// A rectangle with sides along the axes.
struct FaceBox: Sendable {
  var low: SIMD2<Float>
  var high: SIMD2<Float>

  /// The box grown by `margin` on all sides.
  func grown(by margin: Float) -> FaceBox {
    FaceBox(low: low - margin, high: high + margin)
  }

  /// The common part of two boxes.
  func intersection(_ other: FaceBox) -> FaceBox {
    FaceBox(low: pointwiseMax(low, other.low), high: pointwiseMin(high, other.high))
  }
}

/// The value limited to 0…1.
@inline(__always)
func unitClamped(_ value: Float) -> Float {
  value < 0 ? 0 : (value > 1 ? 1 : value)
}

extension SIMD2<Float> {
  /// The inner product with another vector.
  @inline(__always)
  func dot(_ other: SIMD2) -> Float {
    x * other.x + y * other.y
  }
}

/// The common part of two shapes.
struct ShapeIntersection<A: FaceShape, B: FaceShape>: FaceShape {
  let a: A
  let b: B

  var bounds: FaceBox { a.bounds.intersection(b.bounds) }

  func coverage(at point: SIMD2<Float>, sharpness: Float) -> Float {
    let first = a.coverage(at: point, sharpness: sharpness)
    return first > 0 ? first * b.coverage(at: point, sharpness: sharpness) : 0
  }
}

extension FaceShape {
  /// The part of this shape inside another.
  func clipped<Other: FaceShape>(to other: Other) -> ShapeIntersection<Self, Other> {
    ShapeIntersection(a: self, b: other)
  }
}

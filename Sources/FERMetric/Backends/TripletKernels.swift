internal import CFERKernels

/// The vectorised loops over the candidates of one anchor for one scalar type: a table of C functions.
@safe public struct TripletKernels<Scalar: TensorScalar>: Sendable {
  typealias Input = UnsafePointer<Scalar>
  typealias Output = UnsafeMutablePointer<Scalar>
  typealias Candidates = UnsafePointer<fer_candidates>

  let farthest: @Sendable (Int, Input?, Candidates?) -> Int
  let nearest: @Sendable (Int, Input?, Candidates?, Scalar) -> Int
  let nearestBeyond: @Sendable (Int, Input?, Int, Input?, UnsafeMutablePointer<Int32>?) -> Void
  let hinges: @Sendable (Int, Int, Input?, Input?, Output?, Output?, UnsafeMutablePointer<Double>?) -> Double
}

extension Float {
  /// The loops of single precision.
  public static let tripletKernels = unsafe TripletKernels<Float>(
    farthest: fer_farthest_f32, nearest: fer_nearest_f32, nearestBeyond: fer_nearest_beyond_f32,
    hinges: fer_hinges_f32)
}

extension Double {
  /// The loops of double precision.
  public static let tripletKernels = unsafe TripletKernels<Double>(
    farthest: fer_farthest_f64, nearest: fer_nearest_f64, nearestBeyond: fer_nearest_beyond_f64,
    hinges: fer_hinges_f64)
}

internal import CFERKernels

/// The vectorised loops of losses and samplers for one scalar type: a table of C functions.
///
/// The functions are compiled for several instruction sets and chosen once when the program is loaded. They need no
/// backend: whichever one is current, losses give the same numbers.
@safe public struct MetricKernels<Scalar: TensorScalar>: Sendable {
  typealias Input = UnsafePointer<Scalar>
  typealias Output = UnsafeMutablePointer<Scalar>

  let squash: @Sendable (Int, Scalar, Input?, Output?, Output?) -> Void
  let firstNonfinite: @Sendable (Int, Input?) -> Int
  let nearestCoordinates:
    @Sendable (Int, Int, Input?, Input?, Int, UnsafePointer<Bool>?, UnsafeMutablePointer<Int32>?) -> Void
  let centerDistances: @Sendable (Int, Int, Input?, Input?, Input?, Output?) -> Void
  let rowSums: @Sendable (Int, Int, Input?, Output?) -> Void
  let addScaled: @Sendable (Int, Scalar, Input?, Output?) -> Void
  let addConstant: @Sendable (Int, Scalar, Output?) -> Void
  let fill: @Sendable (Int, Scalar, Output?) -> Void
  let crossEntropy:
    @Sendable (
      Int, Int, Input?, UnsafePointer<Int>?, Input?, Input?, UnsafePointer<Bool>?, Double, Double, Double, Output?,
      Output?
    ) -> Double
  let tripletCenter: @Sendable (UnsafePointer<fer_triplet_center>?) -> fer_triplet_center_sums
}

extension Float {
  /// The loops of single precision.
  public static let metricKernels = unsafe MetricKernels<Float>(
    squash: fer_squash_f32, firstNonfinite: fer_first_nonfinite_f32,
    nearestCoordinates: fer_nearest_coordinates_f32, centerDistances: fer_center_distances_f32,
    rowSums: fer_row_sums_f32, addScaled: fer_add_scaled_f32, addConstant: fer_add_constant_f32, fill: fer_fill_f32,
    crossEntropy: fer_cross_entropy_f32, tripletCenter: fer_triplet_center_f32)
}

extension Double {
  /// The loops of double precision.
  public static let metricKernels = unsafe MetricKernels<Double>(
    squash: fer_squash_f64, firstNonfinite: fer_first_nonfinite_f64,
    nearestCoordinates: fer_nearest_coordinates_f64, centerDistances: fer_center_distances_f64,
    rowSums: fer_row_sums_f64, addScaled: fer_add_scaled_f64, addConstant: fer_add_constant_f64, fill: fer_fill_f64,
    crossEntropy: fer_cross_entropy_f64, tripletCenter: fer_triplet_center_f64)
}

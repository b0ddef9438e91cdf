internal import CFERKernels

/// The vectorised loops over pairs of rows for one scalar type: a table of C functions.
///
/// Like ``MetricKernels`` they need no backend, and share the threads of the current one, whose number changes nothing.
/// Where it multiplies matrices faster, dot products of many rows and their gradients are its products.
@safe public struct PairKernels<Scalar: TensorScalar>: Sendable {
  typealias Input = UnsafePointer<Scalar>
  typealias Output = UnsafeMutablePointer<Scalar>

  let sums: @Sendable (fer_pair_form, Scalar, Int, Int, Int, Input?, Input?, Bool, Int, Int, Output?) -> Void
  let blockSums:
    @Sendable (
      fer_pair_form, Scalar, Int, Input?, Input?, Int, UnsafePointer<Int32>?, Int, UnsafePointer<Int32>?, Bool, Int,
      Output?
    ) -> Void
  let slopes: @Sendable (fer_pair_form, Scalar, Int, Int, Int, Input?, Input?, Input?, Bool, Output?) -> Void
  let mostly: @Sendable (Int, Int, Input?) -> Bool
  let listedSlopes:
    @Sendable (
      fer_pair_form, Scalar, Int, Int, Input?, Input?, UnsafePointer<Int32>?, UnsafePointer<Int32>?, Input?, Output?
    ) -> Void
  let coefficients: @Sendable (Int, Int, Int, Int, Scalar, Scalar, Input?, Input?, Bool, Bool, Output?) -> Void
  let transpose: @Sendable (Int, Int, Input?, Output?) -> Void
  let mirror: @Sendable (Int, Int, Int, Input?, Output?) -> Void
  let root: @Sendable (Int, Scalar, Output?) -> Void
  let normalizeRows: @Sendable (Scalar, Int, Int, Input?, Output?, Output?) -> Void
  let normalizeGradient: @Sendable (Scalar, Int, Int, Input?, Input?, Input?, Bool, Output?) -> Void
  let centerRows: @Sendable (Int, Int, Input?, Output?, Output?) -> Void
}

extension Float {
  /// The loops of single precision.
  public static let pairKernels = unsafe PairKernels<Float>(
    sums: fer_pair_sums_f32, blockSums: fer_pair_block_sums_f32, slopes: fer_pair_slopes_f32,
    mostly: fer_pair_mostly_f32, listedSlopes: fer_pair_listed_slopes_f32,
    coefficients: fer_pair_coefficients_f32, transpose: fer_transpose_f32, mirror: fer_pair_mirror_f32,
    root: fer_root_f32, normalizeRows: fer_normalize_rows_f32,
    normalizeGradient: fer_normalize_gradient_f32, centerRows: fer_center_rows_f32)
}

extension Double {
  /// The loops of double precision.
  public static let pairKernels = unsafe PairKernels<Double>(
    sums: fer_pair_sums_f64, blockSums: fer_pair_block_sums_f64, slopes: fer_pair_slopes_f64,
    mostly: fer_pair_mostly_f64, listedSlopes: fer_pair_listed_slopes_f64,
    coefficients: fer_pair_coefficients_f64, transpose: fer_transpose_f64, mirror: fer_pair_mirror_f64,
    root: fer_root_f64, normalizeRows: fer_normalize_rows_f64,
    normalizeGradient: fer_normalize_gradient_f64, centerRows: fer_center_rows_f64)
}

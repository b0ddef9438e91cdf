internal import CFERKernels

/// The vectorised loops of normalization and pooling for one scalar type: a table of C functions.
///
/// They are what the default network kernels do beside matrix products. Compiled for several instruction sets, chosen
/// once when the program is loaded.
@safe public struct NetworkLoops<Scalar: TensorScalar>: Sendable {
  typealias Input = UnsafePointer<Scalar>
  typealias Output = UnsafeMutablePointer<Scalar>
  typealias Sums = UnsafeMutablePointer<Double>

  let channelSums: @Sendable (Int, Int, Input?, Sums?) -> Void
  let channelSquares: @Sendable (Int, Int, Input?, Input?, Sums?) -> Void
  let channelProducts: @Sendable (Int, Int, Input?, Input?, Input?, Sums?, Sums?) -> Void
  let scaleShift: @Sendable (Int, Int, Input?, Input?, Input?, Input?, Bool, Output?) -> Void
  let normalizationGradient: @Sendable (Int, Int, Input?, Input?, Input?, Input?, Input?, Input?, Output?) -> Void
  let mask: @Sendable (Int, Input?, Output?) -> Void
  let add: @Sendable (Int, Input?, Output?) -> Void
  let largestPixel: @Sendable (Int, Int, Int, Int, Int, Int, Input?, Output?, UnsafeMutablePointer<Int32>?) -> Void
  let scatterWinners: @Sendable (Int, Int, UnsafePointer<Int32>?, Input?, Output?) -> Void
}

extension Float {
  /// The loops of single precision.
  public static let networkLoops = unsafe NetworkLoops<Float>(
    channelSums: fer_channel_sums_f32, channelSquares: fer_channel_squares_f32,
    channelProducts: fer_channel_products_f32, scaleShift: fer_scale_shift_f32,
    normalizationGradient: fer_normalization_gradient_f32, mask: fer_mask_f32, add: fer_add_f32,
    largestPixel: fer_largest_pixel_f32, scatterWinners: fer_scatter_winners_f32)
}

extension Double {
  /// The loops of double precision.
  public static let networkLoops = unsafe NetworkLoops<Double>(
    channelSums: fer_channel_sums_f64, channelSquares: fer_channel_squares_f64,
    channelProducts: fer_channel_products_f64, scaleShift: fer_scale_shift_f64,
    normalizationGradient: fer_normalization_gradient_f64, mask: fer_mask_f64, add: fer_add_f64,
    largestPixel: fer_largest_pixel_f64, scatterWinners: fer_scatter_winners_f64)
}

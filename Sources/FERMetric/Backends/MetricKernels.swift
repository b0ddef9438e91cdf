internal import CFERKernels

/// The vectorised loops of losses and samplers for one scalar type: a table of C functions.
///
/// The functions are compiled for several instruction sets and chosen once when the program is loaded. They need no
/// backend, but share the threads of the current one: sums for centers over parts of a batch may then differ in the last
/// bit.
@safe public struct MetricKernels<Scalar: TensorScalar>: Sendable {
  typealias Input = UnsafePointer<Scalar>
  typealias Output = UnsafeMutablePointer<Scalar>

  let squash: @Sendable (Int, Scalar, Input?, Output?, Output?) -> Void
  let firstNonfinite: @Sendable (Int, Input?) -> Int
  let nearestPlaces: @Sendable (Int, Int) -> Int
  let nearestCoordinates:
    @Sendable (
      Int, Int, Int, Input?, Input?, UnsafePointer<Int>?, UnsafePointer<Bool>?, UnsafePointer<Bool>?, Output?,
      UnsafeMutablePointer<Int32>?
    ) -> Void
  let centerDistances: @Sendable (Int, Int, Input?, Input?, Input?, Output?) -> Void
  let rowSums: @Sendable (Int, Int, Input?, Output?) -> Void
  let total: @Sendable (Int, Input?) -> Double
  let product: @Sendable (Int, Input?, Input?) -> Double
  let standardizeRows: @Sendable (Int, Int, Scalar, Input?, Output?, Output?) -> Void
  let standardizeGradient: @Sendable (Int, Scalar, Input?, Input?, Output?) -> Void
  let addScaled: @Sendable (Int, Scalar, Input?, Output?) -> Void
  let addConstant: @Sendable (Int, Scalar, Output?) -> Void
  let fill: @Sendable (Int, Scalar, Output?) -> Void
  let addSquashGradient: @Sendable (Int, Input?, Input?, Output?) -> Void
  let crossEntropy:
    @Sendable (
      Int, Int, Input?, UnsafePointer<Int>?, Input?, Input?, UnsafePointer<Bool>?, Double, Double, Double, Output?,
      Output?
    ) -> Double
  let tripletCenterPlaces: @Sendable (Int, Int) -> Int
  let tripletCenterSynthesises: @Sendable (Int) -> Bool
  let tripletCenter: @Sendable (UnsafePointer<fer_triplet_center>?) -> fer_triplet_center_sums
  let centerLoss: @Sendable (UnsafePointer<fer_center_loss>?) -> Double
  let unitRows: @Sendable (Int, Int, Input?, UnsafePointer<Int>?, Output?, Output?) -> Void
  let rowProducts: @Sendable (Int, Int, Int, Input?, UnsafePointer<Int>?, Input?, Input?, Output?) -> Void
  let ownSines: @Sendable (Int, Int, Input?, UnsafePointer<Int>?, Input?, Input?, UnsafePointer<Int>?, Output?) -> Void
  let cosineRowGradient:
    @Sendable (
      Int, Int, Int, Input?, UnsafePointer<Int>?, Input?, Input?, Input?, Input?, Scalar, Output?
    ) -> Void
  let cosineVectorGradient:
    @Sendable (Int, Int, Int, Input?, UnsafePointer<Int>?, Input?, Input?, Scalar, Output?) -> Void
  let addTangents: @Sendable (Int, Int, Input?, Input?, Input?, UnsafePointer<Int>?, Bool, Output?) -> Void
  let nearestCosines: @Sendable (Int, Int, Int, UnsafePointer<Int>?, Input?, Output?, Output?) -> Void
  let softmaxSlopes: @Sendable (Int, Int, UnsafePointer<Int>?, Output?, Output?) -> Void
  let softNearest: @Sendable (Int, Int, Int, Scalar, Input?, Output?, Output?) -> Void
}

extension Float {
  /// The loops of single precision.
  public static let metricKernels = unsafe MetricKernels<Float>(
    squash: fer_squash_f32, firstNonfinite: fer_first_nonfinite_f32,
    nearestPlaces: fer_nearest_places_f32, nearestCoordinates: fer_nearest_coordinates_f32,
    centerDistances: fer_center_distances_f32,
    rowSums: fer_row_sums_f32, total: fer_total_f32, product: fer_scalar_product_f32,
    standardizeRows: fer_standardize_rows_f32,
    standardizeGradient: fer_standardize_gradient_f32, addScaled: fer_add_scaled_f32,
    addConstant: fer_add_constant_f32, fill: fer_fill_f32,
    addSquashGradient: fer_add_squash_gradient_f32,
    crossEntropy: fer_cross_entropy_f32, tripletCenterPlaces: fer_triplet_center_places_f32,
    tripletCenterSynthesises: fer_triplet_center_synthesises_f32, tripletCenter: fer_triplet_center_f32,
    centerLoss: fer_center_loss_f32, unitRows: fer_unit_rows_f32, rowProducts: fer_row_products_f32,
    ownSines: fer_own_sines_f32,
    cosineRowGradient: fer_cosine_row_gradient_f32, cosineVectorGradient: fer_cosine_vector_gradient_f32,
    addTangents: fer_add_tangents_f32, nearestCosines: fer_nearest_cosines_f32,
    softmaxSlopes: fer_softmax_slopes_f32, softNearest: fer_soft_nearest_f32)
}

extension Double {
  /// The loops of double precision.
  public static let metricKernels = unsafe MetricKernels<Double>(
    squash: fer_squash_f64, firstNonfinite: fer_first_nonfinite_f64,
    nearestPlaces: fer_nearest_places_f64, nearestCoordinates: fer_nearest_coordinates_f64,
    centerDistances: fer_center_distances_f64,
    rowSums: fer_row_sums_f64, total: fer_total_f64, product: fer_scalar_product_f64,
    standardizeRows: fer_standardize_rows_f64,
    standardizeGradient: fer_standardize_gradient_f64, addScaled: fer_add_scaled_f64,
    addConstant: fer_add_constant_f64, fill: fer_fill_f64,
    addSquashGradient: fer_add_squash_gradient_f64,
    crossEntropy: fer_cross_entropy_f64, tripletCenterPlaces: fer_triplet_center_places_f64,
    tripletCenterSynthesises: fer_triplet_center_synthesises_f64, tripletCenter: fer_triplet_center_f64,
    centerLoss: fer_center_loss_f64, unitRows: fer_unit_rows_f64, rowProducts: fer_row_products_f64,
    ownSines: fer_own_sines_f64,
    cosineRowGradient: fer_cosine_row_gradient_f64, cosineVectorGradient: fer_cosine_vector_gradient_f64,
    addTangents: fer_add_tangents_f64, nearestCosines: fer_nearest_cosines_f64,
    softmaxSlopes: fer_softmax_slopes_f64, softNearest: fer_soft_nearest_f64)
}

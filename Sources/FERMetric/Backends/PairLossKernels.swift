internal import CFERKernels

/// The vectorised losses over a matrix of pairs for one scalar type: a table of C functions.
@safe public struct PairLossKernels<Scalar: TensorScalar>: Sendable {
  typealias Pairs = UnsafePointer<fer_pairs>

  let survey: @Sendable (Pairs?) -> fer_pair_survey
  let contrastive: @Sendable (Pairs?, Double, Double) -> fer_pair_outcome
  let scaleSigns: @Sendable (Int, Scalar, Scalar, UnsafeMutablePointer<Scalar>?) -> Void
  let multiSimilarity: @Sendable (Pairs?, Double, Double, Double) -> fer_pair_outcome
  let supervisedContrast: @Sendable (Pairs?, Double) -> fer_pair_outcome
  let normalizedTemperature: @Sendable (Pairs?, Double) -> fer_pair_outcome
  let circle: @Sendable (Pairs?, Double, Double) -> fer_pair_outcome
  let allTriplets:
    @Sendable (Pairs?, Double, Bool, Bool, Double, Double, UnsafePointer<Scalar>?, Double) -> fer_triplet_sums
}

extension Float {
  /// The losses of single precision.
  public static let pairLossKernels = unsafe PairLossKernels<Float>(
    survey: fer_survey_pairs_f32, contrastive: fer_contrastive_f32, scaleSigns: fer_scale_signs_f32,
    multiSimilarity: fer_multi_similarity_f32, supervisedContrast: fer_supervised_contrast_f32,
    normalizedTemperature: fer_normalized_temperature_f32, circle: fer_circle_f32, allTriplets: fer_all_triplets_f32)
}

extension Double {
  /// The losses of double precision.
  public static let pairLossKernels = unsafe PairLossKernels<Double>(
    survey: fer_survey_pairs_f64, contrastive: fer_contrastive_f64, scaleSigns: fer_scale_signs_f64,
    multiSimilarity: fer_multi_similarity_f64, supervisedContrast: fer_supervised_contrast_f64,
    normalizedTemperature: fer_normalized_temperature_f64, circle: fer_circle_f64, allTriplets: fer_all_triplets_f64)
}

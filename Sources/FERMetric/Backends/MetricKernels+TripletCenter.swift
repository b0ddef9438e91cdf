internal import CFERKernels

extension MetricKernels {
  /// The sums over valid rows that the fused pass reports.
  struct TripletCenterSums {
    var loss, active, margin, positive, negative: Double
  }

  /// The scalars of the fused pass.
  struct TripletCenterScales {
    var positiveWeight, negativeWeight: Double
    /// The scale before the squash; `nil` for no squash.
    var squash: Double?
    var takesRoots: Bool
    var row, gradient: Double
    var negativeCenterGradient: Bool
  }

  /// Where the fused pass has its margins from.
  enum TripletCenterMargins: ~Escapable {
    case given(Span<Scalar>)
    /// This much for each unit of a sample's inclusion weights.
    case perWeight(Double)
  }

  /// The triplet-center loss with squashed or plain coordinates and a hinge: value and gradients in one pass.
  ///
  /// Losses of rows are written, and so are gradients, or added, where the caller wants them.
  ///
  /// - Returns: `nil` if gradients were to be written and a number was not finite; they hold anything then.
  func tripletCenter(
    _ batch: MetricBatch<Scalar>, centers: MatrixView<Scalar>, selection: NegativeSelection,
    margins: TripletCenterMargins, scales: TripletCenterScales, losses: inout MutableSpan<Scalar>,
    gradients: inout MetricGradients<Scalar>, marginGradients: inout MutableSpan<Scalar>, use: GradientUse
  ) -> TripletCenterSums? {
    var arguments = unsafe fer_triplet_center()
    unsafe arguments.rows = batch.count
    unsafe arguments.all_rows = batch.count
    unsafe arguments.columns = centers.columns
    unsafe arguments.classes = centers.rows
    unsafe arguments.embeddings = UnsafeRawPointer(batch.embeddings.elements.address)
    unsafe arguments.inclusion = UnsafeRawPointer(batch.inclusion?.elements.address)
    switch margins {
    case .given(let margins): unsafe arguments.margins = UnsafeRawPointer(margins.address)
    case .perWeight(let scale): unsafe arguments.margin_scale = scale
    }
    unsafe arguments.labels = batch.labels.address
    unsafe arguments.negatives_per_coordinate = selection.form == .perCoordinate
    unsafe arguments.centers = UnsafeRawPointer(selection.leavesSynthesis ? centers.elements.address : nil)
    unsafe arguments.average_over_negatives = selection.form == .allOthers(.mean)
    unsafe arguments.negative_center_gradient = scales.negativeCenterGradient
    unsafe arguments.eligible = batch.eligible?.address
    unsafe arguments.positive_weight = scales.positiveWeight
    unsafe arguments.negative_weight = scales.negativeWeight
    unsafe arguments.squashes = scales.squash != nil
    unsafe arguments.takes_roots = scales.takesRoots
    unsafe arguments.squash_scale = scales.squash ?? 1
    unsafe arguments.row_scale = scales.row
    unsafe arguments.gradient_scale = scales.gradient
    unsafe arguments.losses = UnsafeMutableRawPointer(losses.address)
    unsafe arguments.writes = use == .written
    unsafe arguments.checks = use == .written
    if use != .none {
      unsafe arguments.embedding_gradient = UnsafeMutableRawPointer(gradients.embeddings?.elements.address)
      unsafe arguments.center_gradient = UnsafeMutableRawPointer(gradients.centers?.elements.address)
      unsafe arguments.inclusion_gradient = UnsafeMutableRawPointer(gradients.inclusion?.elements.address)
      unsafe arguments.margin_gradient = UnsafeMutableRawPointer(marginGradients.address)
    }
    let sums = unsafe selection.valid.withUnsafeBufferPointer { valid in
      unsafe selection.classes.withUnsafeBufferPointer { negatives in
        unsafe arguments.valid = valid.baseAddress
        if case .allOthers = selection.form {
          unsafe arguments.negatives = nil
        } else {
          unsafe arguments.negatives = negatives.baseAddress
        }
        return unsafe run(arguments, centers: centers)
      }
    }
    guard sums.is_finite else { return nil }
    return TripletCenterSums(
      loss: sums.loss, active: sums.active, margin: sums.margin, positive: sums.positive, negative: sums.negative)
  }
}

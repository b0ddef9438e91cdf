internal import CFERKernels

extension MetricKernels {
  /// The center loss's distances to own centers, written, and their sum; adds or writes `gradientScale` × its gradients.
  ///
  /// - Parameters:
  ///   - rows: The samples that take part.
  ///   - inverseLengths: For each of them, one over its length, to measure its direction; `nil` to measure it as it is.
  ///   - weighted: Whether the batch's inclusion weights multiply squared differences.
  ///   - use: Gradients of samples that take no part are not written.
  /// - Returns: The sum, which is finite only if all numbers of these samples and their centers are.
  func centerLoss(
    _ batch: MetricBatch<Scalar>, rows: Span<Int>, inverseLengths: Span<Scalar>?, weighted: Bool,
    gradientScale: Double, distances: inout MutableSpan<Scalar>, gradients: inout MetricGradients<Scalar>,
    use: GradientUse
  ) -> Double {
    var scratch = Tensor<Scalar>(uninitialized: [batch.dimension])
    var space = scratch.mutableSpan
    var arguments = unsafe fer_center_loss()
    unsafe arguments.rows = rows.count
    unsafe arguments.columns = batch.dimension
    unsafe arguments.classes = batch.requiredCenters.rows
    unsafe arguments.writes = use == .written
    unsafe arguments.indices = rows.address
    unsafe arguments.embeddings = UnsafeRawPointer(batch.embeddings.elements.address)
    unsafe arguments.inverse_lengths = UnsafeRawPointer(inverseLengths?.address)
    unsafe arguments.inclusion = weighted ? UnsafeRawPointer(batch.inclusion?.elements.address) : nil
    unsafe arguments.labels = batch.labels.address
    unsafe arguments.centers = UnsafeRawPointer(batch.requiredCenters.elements.address)
    unsafe arguments.gradient_scale = gradientScale
    unsafe arguments.scratch = UnsafeMutableRawPointer(space.address)
    unsafe arguments.distances = UnsafeMutableRawPointer(distances.address)
    if use != .none {
      unsafe arguments.embedding_gradient = UnsafeMutableRawPointer(gradients.embeddings?.elements.address)
      unsafe arguments.center_gradient = UnsafeMutableRawPointer(gradients.centers?.elements.address)
      if weighted {
        unsafe arguments.inclusion_gradient = UnsafeMutableRawPointer(gradients.inclusion?.elements.address)
      }
    }
    return unsafe centerLoss(&arguments)
  }
}

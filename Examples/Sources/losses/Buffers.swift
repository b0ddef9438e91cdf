import FERMetric

/// The loss for a trainer that keeps its numbers in memory of its own: views borrow that memory, nothing is copied.
func lossOnBuffers() throws -> Float {
  // Stands for the memory of another library, such as the storage of its arrays.
  let embeddings = UnsafeMutableBufferPointer<Float>.allocate(capacity: 6)
  let embeddingGradients = UnsafeMutableBufferPointer<Float>.allocate(capacity: 6)
  defer {
    embeddings.deallocate()
    embeddingGradients.deallocate()
  }
  _ = embeddings.initialize(from: [0.2, -1.0, 1.5, 0.3, -0.7, 0.9])
  embeddingGradients.initialize(repeating: .nan)  // whatever it held
  let labels = [0, 1, 0]
  let centers: [Float] = [0, 0, 1, -1]

  // begin buffers
  var loss = TripletCenterLoss<Float>.amtc3l()
  let batch = MetricBatch(
    embeddings: MatrixView(embeddings.span, rows: 3, columns: 2), labels: labels.span,
    centers: MatrixView(centers.span, rows: 2, columns: 2))
  var gradients = MetricGradients(
    embeddings: MutableMatrixView(embeddingGradients.mutableSpan, rows: 3, columns: 2))  // what is nil isn't computed
  let value = try loss(batch, weight: 1, writingInto: &gradients)
  // end buffers
  print("loss \(value.value), by embeddings \(Array(embeddingGradients))")
  return value.value
}

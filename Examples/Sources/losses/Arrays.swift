import FERMetric

/// The loss for a trainer that knows nothing but arrays: value and gradients in ten lines.
func lossOnArrays() throws -> Float {
  // begin arrays
  let embeddings: [Float] = [0.2, -1.0, 1.5, 0.3, -0.7, 0.9]  // three samples of two dimensions
  let centers: [Float] = [0, 0, 1, -1]  // two classes
  var embeddingGradients = [Float](repeating: 0, count: 6), centerGradients = [Float](repeating: 0, count: 4)
  var loss = TripletCenterLoss<Float>.amtc3l()
  let value = try loss(
    embeddings: embeddings, labels: [0, 1, 0], centers: centers, dimension: 2,
    embeddingGradients: &embeddingGradients, centerGradients: &centerGradients)
  print("loss \(value.value), by embeddings \(embeddingGradients), by centers \(centerGradients)")
  // end arrays
  return value.value
}

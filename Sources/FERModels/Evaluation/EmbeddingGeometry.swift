public import FERMetric

/// How tightly the embeddings of each class lie together, and how far the classes lie apart.
///
/// With n embeddings xᵢ of labels yᵢ, and μₖ the mean of class k over the K classes that occur,
///
///     intra-class variance      V = (1/n) Σᵢ ‖xᵢ − μ_{yᵢ}‖²
///     smallest center distance  Δ = min over k ≠ l of ‖μₖ − μₗ‖        (Euclidean, not squared)
///     compactness               √V / Δ
///
/// The means are those of the judged pictures, not the trained centers, so that models without centers compare. A
/// smaller compactness is better; it does not change when all embeddings are scaled.
public struct EmbeddingGeometry: Hashable, Sendable, Codable {
  /// The mean squared distance of an embedding from the mean of its class.
  public let intraClassVariance: Double
  /// The smallest distance between the means of two classes; nil if fewer than two classes occur.
  public let smallestCenterDistance: Double?
  /// √(intra-class variance) over the smallest center distance; nil if that is nil or zero.
  public let compactness: Double?

  /// Measures embeddings, accumulating in double precision.
  ///
  /// - Parameters:
  ///   - embeddings: [n, D].
  ///   - labels: n class indices in `0..<classCount`.
  ///   - classCount: The number of classes.
  /// - Precondition: There is at least one embedding, and a label for each.
  /// - Complexity: O(n·D + C²·D).
  public init(embeddings: Tensor<Float>, labels: [Int], classCount: Int) {
    precondition(
      embeddings.rank == 2 && embeddings.shape[0] == labels.count && !labels.isEmpty,
      "embeddings of shape \(embeddings.shape) do not pair with \(labels.count) labels")
    let columns = embeddings.shape[1]
    let matrix = embeddings.matrix
    var means = [Double](repeating: 0, count: classCount * columns)
    var counts = [Int](repeating: 0, count: classCount)
    for (row, label) in labels.enumerated() {
      precondition((0..<classCount).contains(label), "label \(label) is not in 0..<\(classCount)")
      counts[label] += 1
      let x = matrix[row: row]
      for j in 0..<columns { means[label * columns + j] += Double(x[j]) }
    }
    for label in 0..<classCount where counts[label] > 0 {
      for j in 0..<columns { means[label * columns + j] /= Double(counts[label]) }
    }
    var total = 0.0
    for (row, label) in labels.enumerated() {
      let x = matrix[row: row]
      for j in 0..<columns {
        let difference = Double(x[j]) - means[label * columns + j]
        total += difference * difference
      }
    }
    let variance = total / Double(labels.count)

    let present = counts.indices.filter { counts[$0] > 0 }
    var smallest: Double?
    for (place, k) in present.enumerated() {
      for l in present[(place + 1)...] {
        var square = 0.0
        for j in 0..<columns {
          let difference = means[k * columns + j] - means[l * columns + j]
          square += difference * difference
        }
        smallest = min(smallest ?? .infinity, square.squareRoot())
      }
    }
    intraClassVariance = variance
    smallestCenterDistance = smallest
    compactness = smallest.flatMap { $0 > 0 ? variance.squareRoot() / $0 : nil }
  }
}

/// The positives and negatives of one anchor, in the order of their indices.
struct TripletCandidates {
  private(set) var positives: [Int] = []
  private(set) var negatives: [Int] = []

  /// Whether the anchor forms any triplet.
  var isComplete: Bool { !positives.isEmpty && !negatives.isEmpty }

  /// Finds the candidates of a sample among the samples of its batch.
  mutating func gather<Scalar: TensorScalar>(
    forAnchor anchor: Int, in batch: MetricBatch<Scalar>, identities policy: IdentityPolicy = .ignore
  ) {
    gather(
      label: batch.labels[anchor], except: anchor, labels: batch.labels, identity: batch.identities?[anchor],
      identities: batch.identities, included: batch.included, policy: policy)
  }

  /// Finds the candidates of a label among labelled samples.
  mutating func gather(
    label: Int, except anchor: Int?, labels: Span<Int>, identity: Int?, identities: Span<Int>?,
    included: Span<Bool>?, policy: IdentityPolicy
  ) {
    positives.removeAll(keepingCapacity: true)
    negatives.removeAll(keepingCapacity: true)
    for j in 0..<labels.count where included?[j] ?? true {
      if labels[j] != label {
        negatives.append(j)
      } else if j != anchor {
        positives.append(j)
      }
    }
    guard policy != .ignore, let identities, let identity else { return }
    if policy == .exclude {
      negatives.removeAll { identities[$0] == identity }
    } else if policy == .require || negatives.contains(where: { identities[$0] == identity }) {
      negatives.removeAll { identities[$0] != identity }
    }
  }
}

extension IdentityPolicy {
  /// Stops where identities are asked for and missing.
  func check<Scalar: TensorScalar>(_ batch: MetricBatch<Scalar>) {
    precondition(
      self == .ignore || batch.identities != nil,
      "negatives chosen by identity (\(rawValue)) need the batch's identities, but the batch has none")
  }
}

extension MetricBatch {
  /// The centers, which the center family cannot do without.
  var requiredCenters: MatrixView<Scalar> {
    @_lifetime(copy self)
    get {
      guard let centers else {
        preconditionFailure("the center family reads the batch's centers, but the batch has none")
      }
      return centers
    }
  }

  /// The predictions, which prediction-based samplers cannot do without.
  var requiredPredictions: Span<Int> {
    @_lifetime(copy self)
    get {
      guard let predictions else {
        preconditionFailure("this sampler reads the batch's predictions, but the batch has none")
      }
      return predictions
    }
  }

  /// Whether sample `i` takes part.
  func takesPart(_ i: Int) -> Bool { included?[i] ?? true }

  /// Whether class `k` may be chosen against label `label`: another class, and eligible.
  ///
  /// - Precondition: `k` is a class.
  public func isCandidate(_ k: Int, against label: Int) -> Bool { k != label && (eligible?[k] ?? true) }

  /// Whether any class may be chosen against `label`.
  func hasCandidate(against label: Int) -> Bool {
    for k in 0..<requiredCenters.rows where isCandidate(k, against: label) { return true }
    return false
  }

  /// Whether sample `i` takes part and some class may be its negative; a sampler invalidates all others.
  ///
  /// - Precondition: There are centers.
  /// - Complexity: O(C), usually O(1).
  public func canHaveNegative(_ i: Int) -> Bool { takesPart(i) && hasCandidate(against: labels[i]) }

  /// Whether sample `i` was predicted as another class.
  ///
  /// - Precondition: There are predictions and centers.
  func isMistake(_ i: Int) -> Bool {
    let prediction = requiredPredictions[i]
    return prediction != labels[i] && prediction >= 0 && prediction < requiredCenters.rows
  }

  /// The class as which sample `i` was predicted, if that is another one and may be its negative.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func eligibleMistake(_ i: Int) -> Int? {
    let prediction = requiredPredictions[i]
    return isMistake(i) && isCandidate(prediction, against: labels[i]) ? prediction : nil
  }

  /// Stops where a label of a sample that takes part is no class.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func checkLabels() {
    let classes = requiredCenters.rows
    for i in 0..<count where takesPart(i) {
      precondition(
        labels[i] >= 0 && labels[i] < classes, "label \(labels[i]) of sample \(i) lies outside 0..<\(classes)")
    }
  }
}

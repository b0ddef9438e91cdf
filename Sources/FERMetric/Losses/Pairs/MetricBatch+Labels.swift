extension MetricBatch {
  /// A copy of the labels.
  var labelArray: [Int] { labels.indices.map { labels[$0] } }

  /// A copy of the references' labels, if there are references.
  var referenceLabelArray: [Int]? {
    guard let referenceLabels else { return nil }
    return referenceLabels.indices.map { referenceLabels[$0] }
  }
}

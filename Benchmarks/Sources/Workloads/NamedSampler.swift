import FERMetric

/// The samplers by the names of the suites.
public enum NamedSampler {
  /// Those of the paper.
  public static let paper: [(name: String, sampler: any NegativeSampler<Float>)] = [
    ("MathSynthSampler", .mathSynth()), ("NetworkSemanticSampler", .networkSemantic()), ("MixedSampler", .mixed()),
  ]

  /// All.
  public static let all: [(name: String, sampler: any NegativeSampler<Float>)] =
    paper + [
      ("nearest center", .nearestCenter()), ("present nearest", .presentNearestCenter()),
      ("all centers", .allCenters()), ("random center", .randomCenter()), ("farthest center", .farthestCenter()),
    ]
}

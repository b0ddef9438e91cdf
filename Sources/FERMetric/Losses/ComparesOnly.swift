/// Marks samplers and margin generators that may be called before a loss has looked for NaN and infinity: they compare
/// numbers and choose, whatever these are, so that a choice that came from such numbers can be thrown away.
protocol ComparesOnly {}

extension NetworkSemanticSampler: ComparesOnly {}
extension NearestCenterSampler: ComparesOnly {}
extension PresentNearestCenterSampler: ComparesOnly {}
extension FarthestCenterSampler: ComparesOnly {}
extension RandomCenterSampler: ComparesOnly {}
extension AllCentersSampler: ComparesOnly {}

extension AdaptiveMarginGenerator: ComparesOnly {}
extension ConstantMargin: ComparesOnly {}
extension PerSampleMargin: ComparesOnly {}

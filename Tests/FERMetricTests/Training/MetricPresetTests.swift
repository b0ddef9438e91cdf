import FERMetric
import FERModels
import Testing

@Suite struct MetricPresetTests {
  private func configuration(_ preset: MetricPreset) -> TrainingConfiguration {
    var configuration = TrainingConfiguration(model: ModelConfiguration(classes: 7), size: 48)
    configuration.epochs = 3
    preset.apply(to: &configuration)
    return configuration
  }

  @Test(arguments: MetricPreset.allCases) func `A preset is legal and keeps the rest`(preset: MetricPreset) {
    let configuration = configuration(preset)
    #expect(configuration.objection == nil)
    #expect(configuration.metric?.sampler == .mixed)
    #expect(configuration.epochs == 3 && configuration.model.classes == 7)
  }

  @Test func `The paper's preset is the default reading`() {
    let paper = configuration(.paper)
    #expect(paper.metric == .amtc3l() && paper.model.attention == .compact && paper.attentionRateFactor == 1)
  }

  @Test func `The recommended preset is the core's, with an attention that aims at hard coordinates`() throws {
    let recommended = configuration(.recommended)
    let objective = try #require(recommended.metric).objective(seed: 0)
    let core = JointObjective<Float>.recommended
    #expect(objective.lambda == core.lambda && recommended.model.attention?.aim == .hardness)
    let (loss, expected) = (objective.metric as? TripletCenterLoss<Float>, core.metric as? TripletCenterLoss<Float>)
    #expect(loss != nil && loss?.options == expected?.options)
    let margins = (loss?.margin as? AdaptiveMarginGenerator<Float>, expected?.margin as? AdaptiveMarginGenerator<Float>)
    #expect(margins.0?.scale == 0.01 && margins.0?.scale == margins.1?.scale)
  }
}

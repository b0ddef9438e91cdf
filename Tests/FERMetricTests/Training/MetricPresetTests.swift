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
}

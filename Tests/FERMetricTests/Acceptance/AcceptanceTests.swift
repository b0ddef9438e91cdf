import FERMetric
import Testing

/// The acceptance list of the specification, paragraph by paragraph: in both precisions, through views and tensors, on
/// every compiled backend.
@Suite(.serialized) struct AcceptanceTests {
  @Test(arguments: AcceptanceSetting.all) func t01LosslessMargin(_ setting: AcceptanceSetting) throws {
    try setting.run(losslessMargin, losslessMargin)
  }

  @Test(arguments: AcceptanceSetting.all) func t02ConstantMargins(_ setting: AcceptanceSetting) throws {
    try setting.run(constantMargins, constantMargins)
  }

  @Test(arguments: AcceptanceSetting.all) func t03ClosedFormGradients(_ setting: AcceptanceSetting) throws {
    try setting.run(closedFormGradients, closedFormGradients)
  }

  @Test(arguments: AcceptanceSetting.all) func t04InclusionWeights(_ setting: AcceptanceSetting) throws {
    try setting.run(inclusionWeights, inclusionWeights)
  }

  @Test(arguments: AcceptanceSetting.all) func t05BinaryWeightsAgree(_ setting: AcceptanceSetting) throws {
    try setting.run(binaryWeightsAgree, binaryWeightsAgree)
  }

  @Test(arguments: AcceptanceSetting.all) func t06Lossless(_ setting: AcceptanceSetting) throws {
    try setting.run(lossless, lossless)
  }

  @Test(arguments: AcceptanceSetting.all) func t07AffineInSquashedCoordinates(_ setting: AcceptanceSetting) throws {
    try setting.run(affineInSquashedCoordinates, affineInSquashedCoordinates)
  }

  @Test(arguments: AcceptanceSetting.all) func t08NegativeEqualsPositive(_ setting: AcceptanceSetting) throws {
    try setting.run(negativeEqualsPositive, negativeEqualsPositive)
  }

  @Test(arguments: AcceptanceSetting.all) func t09OtherForms(_ setting: AcceptanceSetting) throws {
    try setting.run(otherForms, otherForms)
  }

  @Test(arguments: AcceptanceSetting.all) func t10Extremes(_ setting: AcceptanceSetting) throws {
    try setting.run(extremes, extremes)
  }

  @Test(arguments: AcceptanceSetting.all) func t11SynthesisInRawSpace(_ setting: AcceptanceSetting) throws {
    try setting.run(synthesisInRawSpace, synthesisInRawSpace)
  }

  @Test(arguments: AcceptanceSetting.all) func t12SynthesisInSquashedSpace(_ setting: AcceptanceSetting) throws {
    try setting.run(synthesisInSquashedSpace, synthesisInSquashedSpace)
  }

  @Test(arguments: AcceptanceSetting.all) func t13OwnClassIsNeverChosen(_ setting: AcceptanceSetting) throws {
    try setting.run(ownClassIsNeverChosen, ownClassIsNeverChosen)
  }

  @Test(arguments: AcceptanceSetting.all) func t14TiesAndHardness(_ setting: AcceptanceSetting) throws {
    try setting.run(tiesAndHardness, tiesAndHardness)
  }

  @Test(arguments: AcceptanceSetting.all) func t15PredictionsChoose(_ setting: AcceptanceSetting) throws {
    try setting.run(predictionsChoose, predictionsChoose)
  }

  @Test(arguments: AcceptanceSetting.all) func t16HistoryChooses(_ setting: AcceptanceSetting) throws {
    try setting.run(historyChooses, historyChooses)
  }

  @Test(arguments: AcceptanceSetting.all) func t17Mixture(_ setting: AcceptanceSetting) throws {
    try setting.run(mixture, mixture)
  }

  @Test(arguments: AcceptanceSetting.all) func t18FewClasses(_ setting: AcceptanceSetting) throws {
    try setting.run(fewClasses, fewClasses)
  }

  @Test(arguments: AcceptanceSetting.all) func t19PermutationAndDuplication(_ setting: AcceptanceSetting) throws {
    try setting.run(permutationAndDuplication, permutationAndDuplication)
  }

  @Test(arguments: AcceptanceSetting.all) func t20NonFinite(_ setting: AcceptanceSetting) throws {
    try setting.run(nonFinite, nonFinite)
  }

  @Test func t20LabelOutOfRangeTraps() async {
    await #expect(processExitsWith: .failure) {
      let x = Tensor<Float>(zeros: [1, 2])
      let batch = TensorBatch(embeddings: x, labels: [7], centers: Tensor(zeros: [7, 2]))
      _ = try TripletCenterLoss<Float>().value(for: batch)
    }
  }

  @Test(arguments: AcceptanceSetting.all) func t21CrossEntropyAndTotal(_ setting: AcceptanceSetting) throws {
    try setting.run(crossEntropyAndTotal, crossEntropyAndTotal)
  }

  @Test(arguments: AcceptanceSetting.all) func t22Heads(_ setting: AcceptanceSetting) throws {
    try setting.run(heads, heads)
  }

  @Test(arguments: AcceptanceSetting.all) func t23CenterUpdates(_ setting: AcceptanceSetting) throws {
    try setting.run(centerUpdates, centerUpdates)
  }

  @Test(arguments: AcceptanceSetting.all) func t24Mahalanobis(_ setting: AcceptanceSetting) throws {
    try setting.run(mahalanobis, mahalanobis)
  }

  @Test(arguments: AcceptanceSetting.all) func t25Parameters(_ setting: AcceptanceSetting) throws {
    try setting.run(parameterCounts, parameterCounts)
  }

  // The loss needs no backend, and difference quotients need `Double`.
  @Test func t25Differences() throws { try finiteDifferences() }
}

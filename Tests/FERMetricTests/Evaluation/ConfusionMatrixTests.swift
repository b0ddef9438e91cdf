import FERModels
import Testing

@Suite struct ConfusionMatrixTests {
  /// The values are those of scikit-learn for the same labels and predictions.
  @Test func agreesWithScikitLearn() {
    let confusion = ConfusionMatrix(
      labels: [0, 0, 1, 1, 2, 2, 2, 3], predictions: [0, 1, 1, 1, 2, 0, 2, 3], classCount: 4)
    #expect(confusion.rows == [[1, 1, 0, 0], [0, 2, 0, 0], [1, 0, 2, 0], [0, 0, 0, 1]])
    #expect(confusion.count == 8)
    #expect(confusion.accuracy == 0.75)
    #expect(abs(confusion.meanClassAccuracy - 0.791_666_666_666_666_7) < 1e-15)
    #expect(abs(confusion.macroF1 - 0.775) < 1e-15)
    #expect(confusion.recalls == [0.5, 1, 2.0 / 3, 1])
    #expect(confusion.precision(of: 0) == 0.5)
    #expect(confusion.precision(of: 1) == 2.0 / 3)
  }

  @Test func absentClassesLeaveTheMeans() {
    // scikit-learn: balanced_accuracy_score 0.75, f1_score(average="macro") over labels that occur 0.5555555555555555.
    let confusion = ConfusionMatrix(labels: [0, 0, 2], predictions: [0, 1, 2], classCount: 5)
    #expect(confusion.recalls == [0.5, nil, 1, nil, nil])
    #expect(confusion.meanClassAccuracy == 0.75)
    #expect(abs(confusion.macroF1 - 0.555_555_555_555_555_5) < 1e-15)
    #expect(confusion.precision(of: 4) == nil)
    #expect(ConfusionMatrix(classCount: 2).accuracy.isNaN)
  }

  @Test func refusesAnIndexOutsideTheClasses() async {
    await #expect(processExitsWith: .failure) {
      var confusion = ConfusionMatrix(classCount: 2)
      confusion.record(label: 0, prediction: 2)
    }
  }
}

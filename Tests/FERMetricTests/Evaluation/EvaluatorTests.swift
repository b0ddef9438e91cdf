import FERMetric
import FERModels
import Foundation
import Synchronization
import Testing

@Suite(.serialized) struct EvaluatorTests {
  private let faces = SyntheticFaces(trainCount: 14, testCount: 70, size: 32)

  private func recognizer(classNames: [String] = SyntheticFaces.classNames) -> Recognizer {
    let configuration = ModelConfiguration(depth: .eighteen, stem: .small, width: 0.125, classes: classNames.count)
    return Recognizer(
      ExpressionModel(configuration, seed: 9), classNames: classNames, transform: EvaluationTransform(size: 32),
      backend: .fastest)
  }

  @Test func agreesWithSinglePredictions() throws {
    let recognizer = recognizer()
    let done = Mutex<[Int]>([])
    let evaluation = try Evaluator(recognizer, threads: 1).evaluate(faces) { count, _ in
      done.withLock { $0.append(count) }
    }
    #expect(done.withLock { $0 } == [64, 70])
    let samples = faces.samples(in: .test)
    let single = samples.map { recognizer.predict(faces.image(of: $0)).label }
    #expect(evaluation.predictions == single)
    #expect(
      evaluation.confusion == ConfusionMatrix(labels: samples.map(\.label), predictions: single, classCount: 7))
    #expect(evaluation.embeddings.shape == [70, 64])
  }

  @Test func theReportIsPlainData() throws {
    let evaluation = try Evaluator(recognizer()).evaluate(faces)
    let report = EvaluationReport(evaluation, weights: "best")
    let object = try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any])
    #expect(object["count"] as? Int == 70)
    #expect(object["split"] as? String == "test")
    #expect(object["weights"] as? String == "best")
    #expect(object["classes"] as? [String] == faces.classNames)
    let confusion = try #require(object["confusion"] as? [[Int]])
    #expect(confusion.joined().reduce(0, +) == 70)
    #expect(confusion.map { $0.reduce(0, +) } == faces.classCounts(in: .test))
    for name in ["accuracy", "meanClassAccuracy", "macroF1"] {
      #expect((0...1).contains(try #require(object[name] as? Double)))
    }
  }

  @Test func refusesOtherClassesAndEmptySplits() throws {
    let other = recognizer(classNames: ["a", "b"])
    #expect(
      throws: RecognitionError.classesDiffer(
        dataset: "synthetic faces", expected: ["a", "b"], found: SyntheticFaces.classNames)
    ) { try Evaluator(other).evaluate(faces) }
    #expect(throws: DatasetError.self) { try Evaluator(recognizer()).evaluate(faces, split: .validation) }
  }
}

import FERMetric
import FERModels
import Foundation
import Testing

@Suite(.serialized) struct RecognizerTests {
  private let faces = SyntheticFaces(trainCount: 14, testCount: 14, size: 40)

  private func recognizer() -> Recognizer {
    let configuration = ModelConfiguration(depth: .eighteen, stem: .small, width: 0.125, classes: 7)
    return Recognizer(
      ExpressionModel(configuration, seed: 4), classNames: faces.classNames, transform: EvaluationTransform(size: 32),
      backend: .fastest)
  }

  @Test func probabilitiesSumToOneAndNameTheLabel() throws {
    let prediction = recognizer().predict(faces.image(at: 0, in: .test))
    #expect(abs(prediction.probabilities.reduce(0, +) - 1) < 1e-5)
    #expect(prediction.probabilities.max() == prediction.probability)
    #expect(prediction[prediction.className] == prediction.probability)
    #expect(prediction["boredom"] == nil)
  }

  @Test func levelsAndPicturesAgree() throws {
    let recognizer = recognizer()
    let picture = faces.image(at: 1, in: .test)
    let byLevels = try recognizer.predict(pixels: picture.pixels, width: picture.width, height: picture.height)
    #expect(byLevels == recognizer.predict(picture))
    #expect(throws: RecognitionError.pixelCount(5, width: 2, height: 1)) {
      try recognizer.predict(pixels: [1, 2, 3, 4, 5], width: 2, height: 1)
    }
  }

  @Test func aBatchAgreesWithSinglePictures() {
    let recognizer = recognizer()
    let pictures = (0..<5).map { faces.image(at: $0, in: .test) }
    #expect(recognizer.predict(pictures).map(\.label) == pictures.map { recognizer.predict($0).label })
    let embeddings = recognizer.embed(pictures)
    #expect(embeddings.shape == [5, 64])
    for (row, picture) in pictures.enumerated() {
      for (one, other) in zip(embeddings[row: row].array, recognizer.embed(picture)) {
        #expect(abs(one - other) < 1e-4)
      }
    }
    #expect(recognizer.predict([RGBImage]()).isEmpty)
  }

  @Test func severalThreadsShareOneRecognizer() async {
    let recognizer = recognizer()
    let pictures = (0..<14).map { faces.image(at: $0, in: .test) }
    let expected = pictures.map { recognizer.predict($0).label }
    let labels = await withTaskGroup(of: (Int, Int).self) { group in
      for (place, picture) in pictures.enumerated() {
        group.addTask { (place, recognizer.predict(picture).label) }
      }
      var labels = [Int](repeating: -1, count: pictures.count)
      for await (place, label) in group { labels[place] = label }
      return labels
    }
    #expect(labels == expected)
  }

  @Test func loadsARunWithAttentionAndSaysWhatItIs() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("run"))
    let result = try SmallTraining.trainer(.amtc3l(), epochs: 1, folder: run.path).run()
    let loaded = try Recognizer(run: run.path + "/", backend: .fastest)
    #expect(loaded.classNames == SyntheticFaces.classNames)
    #expect(loaded.transform == SmallTraining.configuration(nil).transform)
    let direct = Recognizer(
      result.model, classNames: loaded.classNames, transform: loaded.transform, backend: .fastest)
    let picture = faces.image(at: 2, in: .test)
    #expect(loaded.predict(picture) == direct.predict(picture))

    #expect(throws: TrainingError.noRun(path: folder.path, missing: "best.safetensors")) {
      try Recognizer(run: folder.path, backend: .fastest)
    }
    try FileManager.default.removeItem(atPath: run.best)
    #expect(throws: TrainingError.noBestWeights(path: run.path)) { try Recognizer(run: run.path, backend: .fastest) }
    var writer = SafetensorsWriter()
    writer.add("x", Tensor<Float>([1, 2]))
    let stray = folder("stray.safetensors")
    try writer.write(to: stray)
    let error = #expect(throws: RecognitionError.self) { try Recognizer(contentsOf: stray, backend: .fastest) }
    #expect("\(try #require(error))".hasPrefix(stray))
  }

  @Test(arguments: ["1e-09", "-1", "1e300"]) func anImpossibleNetworkIsRefused(width: String) throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("run"))
    _ = try SmallTraining.trainer(nil, epochs: 1, folder: run.path).run()
    try rewrite(run.best, metadata: { $0.replacing(#""width":0.125"#, with: #""width":\#(width)"#) })
    let error = #expect(throws: RecognitionError.self) { try Recognizer(run: run.path, backend: .fastest) }
    guard case .notAModel(path: run.best, let reason)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(reason.contains("width"))
  }

  @Test func weightsThatAreNotFiniteAreRefused() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("run"))
    _ = try SmallTraining.trainer(nil, epochs: 1, folder: run.path).run()
    for (name, value) in [("head.fc.weight", Float.nan), ("bn1.running_var", .infinity)] {
      let damaged = folder("damaged.safetensors")
      try contents(run.best).write(to: URL(filePath: damaged))
      try rewrite(damaged, changing: { if $0 == name { $1 = Tensor(repeating: value, shape: $1.shape) } })
      let expected = WeightLoadError.file(SafetensorsError(path: damaged, tensor: name, problem: .notFinite))
      #expect(throws: expected) { try Recognizer(contentsOf: damaged, backend: .fastest) }
    }
  }
}

#if Tool && ImageCodecs
  import FERModels
  import Foundation
  import Testing

  /// What programs that call `fer` rely on: the names of keys, the orientation of the confusion, the splits.
  @Suite(.serialized) struct ContractTests {
    private static let reportKeys: Set<String> = [
      "accuracy", "meanClassAccuracy", "macroF1", "classes", "recall", "confusion", "count", "weights", "split",
      "intraClassVariance", "smallestCenterDistance", "compactness",
    ]

    /// Runs a command that must succeed in silence, and reads the JSON object on each line.
    private func objects(_ arguments: [String]) throws -> [[String: Any]] {
      let outcome = try ToolProcess.run(arguments)
      try #require(outcome.status == 0 && outcome.error.isEmpty, "\(outcome.error)")
      return try outcome.output.split(separator: "\n").map {
        try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
    }

    private func evaluate(_ place: ToolPlace, _ more: String...) throws -> [String: Any] {
      let lines = try objects(["evaluate", "--run", place.run, "--json", "--threads", "1"] + more)
      try #require(lines.count == 1)
      return lines[0]
    }

    private func train(_ data: String, _ place: ToolPlace, _ more: String...) throws {
      let outcome = try ToolProcess.run(BadInput.train(data, place) + more)
      try #require(outcome.status == 0, "\(outcome.error)")
    }

    private func emptyPlace() throws -> ToolPlace { ToolPlace(folder: try TemporaryFolder(), finishedRun: "") }

    /// The pictures of a run's split, as its training drew them.
    private func recordedSamples(_ place: ToolPlace, in split: Split) throws -> [FaceSample] {
      let source = try #require(try TrainingConfiguration(contentsOf: RunFolder(place.run).configuration).source)
      return try source.open().samples(in: split)
    }

    private func loggedAccuracies(_ place: ToolPlace) throws -> [Double] {
      try RunFolder(place.run).metrics.epochs().compactMap { $0.validation?.accuracy }
    }

    /// Rows of the confusion are labels, best and last weights differ by what was logged, and the validation pictures are
    /// those of the training.
    @Test func evaluatePrintsTheDocumentedKeys() throws {
      let place = try emptyPlace()
      let labels = [1, 1, 1, 2, 2, 3, 4]
      let data = try place.makeRAFDB { lines in
        for (number, label) in labels.enumerated() { lines[14 + number] = "test_000\(number + 1).jpg \(label)" }
      }
      try train(data, place, "--validation", "0.3", "--seed", "5", "--epochs", "3")
      let logged = try loggedAccuracies(place)
      try #require(logged.count == 3)

      for weights in ["best", "last"] {
        let report = try evaluate(place, "--weights", weights)
        #expect(Set(report.keys) == Self.reportKeys)
        #expect(report["weights"] as? String == weights && report["split"] as? String == "test")
        #expect(report["classes"] as? [String] == RAFDBDataset.classNames)
        let confusion = try #require(report["confusion"] as? [[Int]])
        #expect(confusion.map { $0.reduce(0, +) } == [3, 2, 1, 1, 0, 0, 0])
        let correct = confusion.indices.map { confusion[$0][$0] }.reduce(0, +)
        #expect(report["accuracy"] as? Double == Double(correct) / 7)
        let recall = try #require(report["recall"] as? [Any])
        #expect(recall.map { $0 is NSNull } == [false, false, false, false, true, true, true])
        #expect(recall[0] as? Double == Double(confusion[0][0]) / 3)

        let validation = try evaluate(place, "--weights", weights, "--split", "validation")
        #expect(validation["split"] as? String == "validation")
        #expect(validation["accuracy"] as? Double == (weights == "best" ? logged.max() : logged.last))
      }
      for split in Split.allCases {
        let report = try evaluate(place, "--split", split.rawValue)
        #expect(report["count"] as? Int == (try recordedSamples(place, in: split).count))
      }
    }

    @Test func predictEmbedAndVerifyPrintTheDocumentedKeys() throws {
      let place = try emptyPlace()
      let data = try place.makeRAFDB()
      try train(data, place, "--validation", "0.3", "--seed", "5")
      let file = place(ToolPlace.picturePath("test_0001"))

      for line in try objects(["predict", "--run", place.run, "--json", file, file]) {
        #expect(Set(line.keys) == ["file", "label", "probabilities"])
        #expect(line["file"] as? String == file)
        let probabilities = try #require(line["probabilities"] as? [String: Double])
        #expect(Set(probabilities.keys) == Set(RAFDBDataset.classNames))
        let label = try #require(line["label"] as? String)
        #expect(probabilities[label] == probabilities.values.max())
      }
      let embedding = try objects(["embed", "--run", place.run, file])
      #expect(embedding.map { Set($0.keys) } == [["file", "embedding"]])

      try place.write(ToolPlace.picturePath("test_0001"), ToolPlace.picture(0))
      for line in try objects(["verify", "--json", "--data", data]) {
        #expect(Set(line.keys).subtracting(["line"]) == ["kind", "severity", "path", "message"])
      }
    }

    /// No picture that a run was trained on passes for one of its validation pictures.
    @Test func embedsTheValidationPicturesOfTheTraining() throws {
      let place = try emptyPlace()
      let data = try place.makeRAFDB()
      try train(data, place, "--validation", "0.3", "--seed", "5")
      let samples = try recordedSamples(place, in: .validation)
      let unseeded = try RAFDBDataset(at: data).stratifiedValidation(fraction: 0.1, seed: 0)
      #expect(samples != unseeded.samples(in: .validation))

      let arguments = ["embed", "--run", place.run, "--data", data, "--split", "validation"]
      let lines = try objects(arguments)
      #expect(lines.allSatisfy { Set($0.keys) == ["file", "label", "embedding"] })
      #expect(lines.map { $0["file"] as? String } == samples.map(\.path))
      #expect(lines.map { $0["label"] as? String } == samples.map { RAFDBDataset.classNames[$0.label] })

      #expect(try ToolProcess.run(arguments + ["--out", place("e.safetensors")]).status == 0)
      let file = try SafetensorsFile(contentsOf: place("e.safetensors"))
      let names = try JSONDecoder().decode([String].self, from: Data((file.metadata["files"] ?? "").utf8))
      #expect(names == samples.map(\.description))
    }

    /// A folder that is given for the recorded one is split by the same persons.
    @Test func embedsTheValidationPersonsOfTheTraining() throws {
      let place = try emptyPlace()
      for person in 0..<6 {
        for index in 0..<4 {
          try place.write("data/\(index % 2)/S\(person)_\(index).png", ToolPlace.picture(4 * person + index))
        }
      }
      try train(
        place("data"), place, "--identity-separator", "_", "--validation", "0.3", "--validation-by", "person",
        "--batches", "per-person", "--per-person", "2", "--loss", "five-tuplet")
      func persons(_ samples: [FaceSample]) -> Set<Int?> { Set(samples.map(\.identity)) }
      let (training, validation) = (
        try recordedSamples(place, in: .train), try recordedSamples(place, in: .validation)
      )
      #expect(!validation.isEmpty && persons(training).isDisjoint(with: persons(validation)))
      let lines = try objects(["embed", "--run", place.run, "--data", place("data"), "--split", "validation"])
      #expect(lines.map { $0["file"] as? String } == validation.map(\.path))
    }

    /// The test split is compared with all training data, those drawn for validation included.
    @Test func dropsTestPicturesThatWereDrawnForValidation() throws {
      let place = try emptyPlace()
      let data = try place.makeRAFDB()
      // Of each class one training picture is drawn.
      for (test, train) in [("test_0001", 0), ("test_0002", 7)] {
        try place.write(ToolPlace.picturePath(test), ToolPlace.picture(train))
      }
      try train(data, place, "--validation", "0.3")
      #expect(try evaluate(place)["count"] as? Int == 7)
      #expect(try evaluate(place, "--drop-duplicates")["count"] as? Int == 5)
    }

    /// An official validation split is judged as the training judged it, and after a training that ignored it too.
    @Test func judgesAnOfficialValidationSplit() throws {
      for (validation, expected) in [("0.1", 7), ("0", 8)] {
        let place = try emptyPlace()
        let data = try place.makeFERPlus()
        try place.write("data/FER2013Valid/fer0000001.png", ToolPlace.picture(1))
        try train(data, place, "--validation", validation, validation == "0" ? "--seed=0" : "--drop-duplicates")
        let report = try evaluate(place, "--split", "validation")
        #expect(report["count"] as? Int == expected)
        if validation == "0" {
          #expect(try evaluate(place, "--split", "validation", "--drop-duplicates")["count"] as? Int == 7)
        } else {
          #expect(report["accuracy"] as? Double == (try loggedAccuracies(place).last))
        }
      }
    }

    @Test(arguments: ["ms", "ns", "mm", "nearest", "present-nearest", "all", "random", "farthest"])
    func trainsWithEverySampler(_ name: String) throws {
      let place = try emptyPlace()
      let outcome = try ToolProcess.run(BadInput.trainDrawn(place, "--loss", "tc3l", "--sampler", name))
      #expect(outcome.status == 0 && outcome.error.isEmpty, "\(outcome.error)")
      let configuration = try #require(
        try JSONSerialization.jsonObject(with: contents(place("run/config.json"))) as? [String: Any])
      #expect((configuration["metric"] as? [String: Any])?["sampler"] as? String == name)
    }

    @Test(arguments: [("paper", "agreement"), ("recommended", "hardness")])
    func trainsWithAPresetUnderOtherOptions(_ preset: String, aim: String) throws {
      let place = try emptyPlace()
      let outcome = try ToolProcess.run(
        BadInput.trainDrawn(place, "--loss", "amtc3l", "--preset", preset, "--lambda", "0.25", "--sampler", "ms"))
      #expect(outcome.status == 0 && outcome.error.isEmpty, "\(outcome.error)")
      let configuration = try TrainingConfiguration(contentsOf: place("run/config.json"))
      #expect(configuration.model.attention?.aim.rawValue == aim)
      #expect(configuration.metric?.lambda == 0.25 && configuration.metric?.sampler == .mathSynth)
      let expected = try #require(MetricPreset(rawValue: preset))
      #expect(configuration.metric?.margin == expected.metric.margin)
    }
  }
#endif

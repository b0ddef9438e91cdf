import FERMetric
import FERModels
import Foundation
import Synchronization
import Testing

/// Trainings of networks with an attention on their last map.
@Suite(.serialized) struct MapAttentionTrainingTests {
  private func trainer(
    _ attention: MapAttentionConfiguration?, epochs: Int = 2, folder: String, initialWeights: String? = nil
  ) -> Trainer {
    var configuration = SmallTraining.configuration(.amtc3l(), epochs: epochs)
    configuration.model.mapAttention = attention
    configuration.initialWeights = initialWeights
    return Trainer(SmallTraining.faces, configuration, backend: .fastest, folder: RunFolder(folder))
  }

  @Test(arguments: MapAttentionConfiguration.Kind.allCases) func `Resuming changes no byte`(
    _ kind: MapAttentionConfiguration.Kind
  ) throws {
    let folder = try TemporaryFolder()
    let (whole, parts) = (RunFolder(folder("whole")), RunFolder(folder("parts")))
    let attention = MapAttentionConfiguration(kind: kind, reduction: 8)
    _ = try trainer(attention, folder: whole.path).run()
    let stop = StopSignal()
    let steps = Atomic(0)
    let stopped = try trainer(attention, folder: parts.path).run(stop: stop) { event in
      guard case .step = event else { return }
      if steps.add(1, ordering: .relaxed).newValue == 8 { stop.request() }
    }
    #expect(!stopped.isComplete)
    _ = try trainer(attention, folder: parts.path).run(resume: true)
    for (expected, found) in [
      (whole.last, parts.last), (whole.best, parts.best), (whole.configuration, parts.configuration),
    ] {
      #expect(try contents(expected) == contents(found), "\(expected)")
    }

    let recognizer = try Recognizer(run: parts.path, backend: .fastest)
    #expect(recognizer.model.configuration.mapAttention == attention)
    let begun = ExpressionModel<Float>(recognizer.model.configuration, seed: 0).namedValues
    let file = try SafetensorsFile(contentsOf: parts.last)
    for (name, start) in begun where name.hasPrefix("mapAttention.") {
      let trained: Tensor<Float> = try file.tensor(name)
      #expect(trained != start, "\(name) did not move")
    }
  }

  @Test func `A network without it gives one with it its first weights, and is not resumed as one`() throws {
    let folder = try TemporaryFolder()
    let plain = RunFolder(folder("plain"))
    _ = try trainer(nil, epochs: 1, folder: plain.path).run()
    let text = String(decoding: try contents(plain.configuration), as: UTF8.self)
    #expect(!text.contains("mapAttention"), "configurations without it are those of before")
    let notes = Mutex<[String]>([])
    _ = try trainer(.squeezeExcitation, epochs: 1, folder: folder("attentive"), initialWeights: plain.best).run {
      if case .note(let sentence) = $0 { notes.withLock { $0.append(sentence) } }
    }
    let isSaid = notes.withLock { notes in notes.contains { $0.contains("drawn anew: mapAttention.fc1.weight") } }
    #expect(isSaid)
    let error = #expect(throws: TrainingError.self) {
      try trainer(.squeezeExcitation, epochs: 1, folder: plain.path).run(resume: true)
    }
    #expect(error?.description.contains("model.mapAttention.kind") == true)
  }
}

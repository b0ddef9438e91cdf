import FERMetric
import FERModels
import Foundation
import Synchronization
import Testing

/// DACL in a training: its sparse center loss, weighted by its attention over the flattened map.
@Suite(.serialized) struct DACLTrainingTests {
  private func trainer(folder: String) -> Trainer {
    var configuration = SmallTraining.configuration(nil)
    LossName.sparseCenter.apply(to: &configuration)
    let side = configuration.model.stem.mapSide(ofPictures: configuration.transform.size)
    configuration.model.attention?.kind = .dacl(height: side, width: side)
    return Trainer(SmallTraining.faces, configuration, backend: .fastest, folder: RunFolder(folder))
  }

  @Test func `It is trained, and resumed to the same bytes`() throws {
    let folder = try TemporaryFolder()
    let (whole, parts) = (RunFolder(folder("whole")), RunFolder(folder("parts")))
    let result = try trainer(folder: whole.path).run()
    let inclusion = try #require(result.epochs.last?.metric?.inclusionMean)
    #expect(inclusion > 0.05 && inclusion < 0.95)
    let stop = StopSignal()
    let steps = Atomic(0)
    _ = try trainer(folder: parts.path).run(stop: stop) { event in
      guard case .step = event else { return }
      if steps.add(1, ordering: .relaxed).newValue == 8 { stop.request() }
    }
    #expect(try contents(whole.last) != contents(parts.last))
    _ = try trainer(folder: parts.path).run(resume: true)
    for (expected, found) in [
      (whole.last, parts.last), (whole.best, parts.best), (whole.configuration, parts.configuration),
    ] {
      #expect(try contents(expected) == contents(found), "\(expected)")
    }

    let file = try SafetensorsFile(contentsOf: whole.last)
    // 2×2 pixels of 64 channels to 7 times 64, to 64, to 16, to a pair for each coordinate.
    let shapes: [Shape] = [[448, 256], [64, 448], [16, 64], [128, 16]]
    for (layer, shape) in shapes.enumerated() {
      #expect(file["attention.element.fc\(layer + 1).weight"]?.shape == shape)
    }
    #expect(!file.entries.contains { $0.name.hasPrefix("attention.pixel.") })
  }
}

import FERMetricDNN
import FERModels

/// Trains a small network on drawn faces and leaves the run in `folder`.
func train(into folder: String) throws {
  // begin train
  let faces = SyntheticFaces(trainCount: 480, testCount: 120, size: 32)
    .stratifiedValidation(fraction: 0.1, seed: 0)
  var configuration = TrainingConfiguration(
    model: ModelConfiguration(depth: .eighteen, stem: .small, width: 0.25, classes: 7, attention: .compact),
    metric: .amtc3l(sampler: .mixed, lambda: 0.1), size: 32)
  configuration.epochs = 2
  let trainer = Trainer(faces, configuration, backend: .oneDNN, folder: RunFolder(folder))
  let result = try trainer.run { event in
    if case .epoch(let metrics, _) = event { print("epoch \(metrics.epoch): loss \(metrics.training.loss)") }
  }
  // end train
  print("trained \(result.epochs.count) epochs in \(folder)")
}

import FERMetric
import FERModels

/// A training of 4 steps that takes every fast path of this build: the fastest kernels on several threads, layers of 16
/// and more channels, which the libraries compute by their best code, augmentation ahead on a thread of its own, and the
/// fused passes of AMTC3L.
struct FastTraining: Codable, Sendable {
  var sampler = MetricTerm.Sampler.mixed
  var depth = ResNetDepth.fifty
  var rate = 0.05
  var threads = 2

  var configuration: TrainingConfiguration {
    #if (OneDNN || OpenBLAS) && os(Linux)
      let model = ModelConfiguration(depth: depth, stem: .small, width: 0.25, classes: 7, attention: .compact)
    #else
      // Plain Swift has no fast path, and takes seconds where the libraries take a moment.
      let model = ModelConfiguration(depth: .eighteen, stem: .small, width: 0.125, classes: 7, attention: .compact)
    #endif
    var configuration = TrainingConfiguration(model: model, metric: .amtc3l(sampler: sampler, lambda: 0.1), size: 32)
    configuration.epochs = 1
    configuration.batchSize = 8
    configuration.rate = rate
    configuration.threads = threads
    return configuration
  }

  /// Leaves a run in `folder`.
  func run(_ folder: String) throws {
    let faces = SyntheticFaces(trainCount: 32, testCount: 7, size: 32)
    _ = try Trainer(faces, configuration, backend: .fastest, folder: RunFolder(folder)).run()
  }
}

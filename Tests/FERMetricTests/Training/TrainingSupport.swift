import FERMetric
import FERMetricBLAS
import FERMetricDNN
import FERModels
import Foundation

extension Backend {
  /// The fastest backend that is compiled in.
  static var fastest: Backend {
    #if OneDNN && os(Linux)
      .oneDNN
    #elseif OpenBLAS && os(Linux)
      .openBLAS
    #else
      .reference
    #endif
  }
}

/// A training of seconds: 60 drawn faces of 32 pixels and a network of an eighth of the width.
enum SmallTraining {
  /// 60 pictures, 12 of them for validation.
  static let faces = SyntheticFaces(trainCount: 60, testCount: 20, size: 32).stratifiedValidation(
    fraction: 0.2, seed: 1)

  static func configuration(_ metric: MetricTerm?, epochs: Int = 2) -> TrainingConfiguration {
    var configuration = TrainingConfiguration(
      model: ModelConfiguration(depth: .eighteen, stem: .small, width: 0.125, classes: 7), metric: metric, size: 32)
    if metric != nil { configuration.model.attention = .compact }
    configuration.epochs = epochs
    configuration.batchSize = 8
    configuration.threads = 2
    return configuration
  }

  static func trainer(
    _ metric: MetricTerm?, epochs: Int = 2, folder: String? = nil, backend: Backend = .fastest
  ) -> Trainer {
    Trainer(
      faces, configuration(metric, epochs: epochs), backend: backend, folder: folder.map { RunFolder($0) })
  }
}

/// The bytes of a file.
func contents(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

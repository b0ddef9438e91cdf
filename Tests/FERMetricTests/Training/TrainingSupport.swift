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
    _ metric: MetricTerm?, epochs: Int = 2, folder: String? = nil, backend: Backend = .fastest,
    objective: JointObjective<Float>? = nil
  ) -> Trainer {
    Trainer(
      faces, configuration(metric, epochs: epochs), backend: backend, folder: folder.map { RunFolder($0) },
      objective: objective)
  }
}

/// The bytes of a file.
func contents(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

/// Writes a weight file again, with other contents.
func rewrite(
  _ path: String, keeping isKept: (String) -> Bool = { _ in true }, metadata: (String) -> String = { $0 },
  changing: (_ name: String, _ tensor: inout Tensor<Float>) -> Void = { _, _ in }
) throws {
  let file = try SafetensorsFile(contentsOf: path)
  var writer = SafetensorsWriter(metadata: file.metadata.mapValues(metadata))
  for entry in file.entries where isKept(entry.name) {
    if entry.type == .i64 {
      writer.add(entry.name, integers: try file.integers(entry.name), shape: entry.shape)
    } else {
      var tensor: Tensor<Float> = try file.tensor(entry.name)
      changing(entry.name, &tensor)
      writer.add(entry.name, tensor)
    }
  }
  try writer.write(to: path)
}

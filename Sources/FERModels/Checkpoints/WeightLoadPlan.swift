internal import FERMetric

/// Matches the names of a file with those of a model and reads what fits.
struct WeightLoadPlan<Scalar: TensorScalar> {
  let file: SafetensorsFile
  private(set) var report: WeightLoadReport
  private(set) var values: [String: Tensor<Scalar>] = [:]
  private(set) var counts: [String: Int] = [:]

  private var expected: [(name: String, shape: Shape, isCount: Bool)] = []
  private var names: Set<String> = []

  /// Prefixes that training frameworks and wrappers put before the names of a network.
  static var knownPrefixes: [String] {
    ["module.", "model.", "backbone.", "encoder.", "net.", "trunk.", "state_dict.", "model_state_dict.", "_orig_mod."]
  }

  init(file: SafetensorsFile) {
    self.file = file
    report = WeightLoadReport(path: file.path)
  }

  mutating func expect(_ name: String, _ shape: Shape) {
    expected.append((name, shape, false))
    names.insert(name)
  }

  mutating func expectCount(_ name: String) {
    expected.append((name, [], true))
    names.insert(name)
  }

  mutating func resolve(keeping kept: [String], ignoring ignored: [String]) throws(SafetensorsError) {
    let sources = try matchedEntries(ignoring: ignored)
    for (name, shape, isCount) in expected {
      guard let entry = sources[name] else {
        if kept.contains(where: name.hasPrefix) {
          report.kept.append(name)
        } else if isCount {
          report.zeroed.append(name)
          counts[name] = 0
        } else {
          report.missing.append(name)
        }
        continue
      }
      guard entry.shape == shape else {
        report.misshapen.append(.init(name: name, expected: shape, found: entry.shape))
        continue
      }
      if isCount {
        counts[name] = Int(try file.integers(entry.name)[0])
      } else {
        let tensor: Tensor<Scalar> = try file.tensor(entry.name)
        guard tensor.isFinite else {
          throw SafetensorsError(path: file.path, tensor: entry.name, problem: .notFinite)
        }
        values[name] = tensor
      }
      report.loaded.append(name)
    }
  }

  /// The tensors of the file by the model's names; the others are reported as ignored or unexpected.
  private mutating func matchedEntries(
    ignoring ignored: [String]
  ) throws(SafetensorsError) -> [String: SafetensorsFile.Entry] {
    let ownsClassifier = names.contains { $0.hasPrefix("fc.") }
    var sources: [String: SafetensorsFile.Entry] = [:]
    for entry in file.entries.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
      if ignored.contains(where: entry.name.hasPrefix) {
        report.ignored.append(entry.name)
        continue
      }
      let name = stripped(entry.name)
      if !names.contains(name) {
        if name.hasPrefix("fc.") && !ownsClassifier {
          report.ignored.append(entry.name)
        } else {
          report.unexpected.append(name)
        }
      } else if sources.updateValue(entry, forKey: name) != nil {
        throw SafetensorsError(path: file.path, tensor: name, offset: entry.headerOffset, problem: .duplicateName)
      }
    }
    return sources
  }

  private mutating func stripped(_ name: String) -> String {
    var name = name
    while !names.contains(name), let prefix = Self.knownPrefixes.first(where: name.hasPrefix) {
      name = String(name.dropFirst(prefix.count))
      if !report.strippedPrefixes.contains(prefix) { report.strippedPrefixes.append(prefix) }
    }
    return name
  }
}

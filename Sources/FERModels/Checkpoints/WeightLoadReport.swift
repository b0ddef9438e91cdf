public import FERMetric

/// What happened to each name when weights were loaded into a model.
public struct WeightLoadReport: Sendable, Hashable {
  /// A tensor whose shape in the file is not the model's.
  public struct Misshapen: Sendable, Hashable {
    /// The name.
    public let name: String
    /// The shape in the model.
    public let expected: Shape
    /// The shape in the file.
    public let found: Shape
  }

  /// The path of the file.
  public let path: String
  /// Names whose values were taken from the file.
  public internal(set) var loaded: [String] = []
  /// Names of the model that the file lacks.
  public internal(set) var missing: [String] = []
  /// Names of the file, prefixes stripped, that the model lacks.
  public internal(set) var unexpected: [String] = []
  /// Names whose shapes differ.
  public internal(set) var misshapen: [Misshapen] = []
  /// Names of the file that were left out on purpose: another model's `fc`, and what the caller named.
  public internal(set) var ignored: [String] = []
  /// Names of the model that the file lacks and whose values stayed, as the caller allowed.
  public internal(set) var kept: [String] = []
  /// Counters of batches that the file lacks, as files of older exporters do; they were set to 0.
  public internal(set) var zeroed: [String] = []
  /// Prefixes of other frameworks that were stripped from names.
  public internal(set) var strippedPrefixes: [String] = []

  /// Whether every name found its place, so that the weights were loaded.
  public var isComplete: Bool { missing.isEmpty && unexpected.isEmpty && misshapen.isEmpty }
}

extension WeightLoadReport: CustomStringConvertible {
  /// A line for each kind of outcome that occurred, with up to twenty names each.
  public var description: String {
    let outcome = isComplete ? "loaded \(loaded.count) tensors" : "the weights do not fit; nothing changed"
    var lines = ["\(path): \(outcome)"]
    func add(_ title: String, _ names: [String]) {
      guard !names.isEmpty else { return }
      let rest = names.count > 20 ? " and \(names.count - 20) more" : ""
      lines.append("  \(title) (\(names.count)): \(names.prefix(20).joined(separator: ", "))\(rest)")
    }
    add("missing in the file", missing)
    add("unexpected in the file", unexpected)
    add("of another shape", misshapen.map { "\($0.name) is \($0.found), not \($0.expected)" })
    add("ignored", ignored)
    add("not in the file, kept as they were", kept)
    add("not in the file, set to 0", zeroed)
    add("stripped prefixes", strippedPrefixes)
    return lines.joined(separator: "\n")
  }
}

/// Why weights were not loaded; the model is unchanged.
@nonexhaustive
public enum WeightLoadError: Error, Sendable, Hashable {
  /// The file cannot be read or is damaged.
  case file(SafetensorsError)
  /// Names or shapes do not fit the model.
  case mismatch(WeightLoadReport)
}

extension WeightLoadError: CustomStringConvertible {
  /// The file's error, or the report.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .mismatch(let report): report.description
    }
  }
}

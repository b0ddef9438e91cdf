internal import FERMetric

extension ExpressionModel {
  /// Loads weights to start a training from: at least the whole trunk.
  ///
  /// The classifier head and the attentions keep their drawn values where the file has none, and so does `fc`, which
  /// belongs to the classes of another task.
  ///
  /// - Parameters:
  ///   - path: A safetensors file under torchvision's names, or weights of another run.
  ///   - note: Called with a sentence for each kind of name that was passed over.
  mutating func loadInitialWeights(from path: String, note: (String) -> Void) throws {
    let report = try loadWeights(
      from: path, keeping: ["head.", "attention.", "sampleAttention.", "mapAttention."],
      ignoring: TrainingState.namePrefixes)
    func tell(_ names: [String], _ what: String) {
      guard !names.isEmpty else { return }
      note(
        "\(path): \(what): \(names.prefix(4).joined(separator: ", "))\(names.count > 4 ? " and \(names.count - 4) more" : "")"
      )
    }
    note("\(path): loaded \(report.loaded.count) tensors")
    tell(report.strippedPrefixes, "prefixes stripped from names")
    tell(report.ignored, "ignored")
    tell(report.kept, "not in the file, drawn anew")
    tell(report.zeroed, "not in the file, set to 0")
  }
}

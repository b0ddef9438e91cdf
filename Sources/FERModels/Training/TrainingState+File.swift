internal import FERMetric
import Foundation

extension TrainingState {
  /// The prefixes of what a checkpoint holds beside the model.
  static let namePrefixes = ["momentum.", "centers.", "objective."]

  private static let key = "fermetric.training"

  /// What the metadata of a checkpoint says.
  private struct Record: Codable {
    var counters: Counters
    var integers: [String: [UInt64]]
  }

  /// The whole state as a file.
  func writer(_ description: ModelDescription) -> SafetensorsWriter {
    var copy = self
    var writer = SafetensorsWriter()
    model.addWeights(to: &writer)
    for (name, velocity) in optimizer.velocities { writer.add("momentum." + name, velocity) }
    var integers: [String: [UInt64]] = [:]
    copy.visitRecords { name, state in
      switch state {
      case .tensor(let values): writer.add(name, values)
      case .integers(let values): integers[name] = values
      }
    }
    let record = json(Record(counters: counters, integers: integers), pretty: false)
    writer.metadata = description.metadata(adding: [Self.key: record])
    return writer
  }

  /// Puts back what a file holds.
  ///
  /// - Throws: ``WeightLoadError`` or ``TrainingError/malformedRun(path:reason:)``.
  mutating func restore(from file: SafetensorsFile) throws {
    func malformed(_ reason: String) -> TrainingError { .malformedRun(path: file.path, reason: reason) }
    guard let text = file.metadata[Self.key] else { throw malformed("the file holds no state of a training") }
    let record: Record
    do {
      record = try JSONDecoder().decode(Record.self, from: Data(text.utf8))
    } catch {
      throw malformed("the state of the training cannot be read: \(oneLine(error))")
    }
    try model.loadWeights(from: file, ignoring: Self.namePrefixes)
    var shapes: [String: Shape] = [:]
    model.visitParameters { name, parameter in shapes[name] = parameter.value.shape }
    for entry in file.entries where entry.name.hasPrefix("momentum.") {
      let name = String(entry.name.dropFirst("momentum.".count))
      guard shapes[name] == entry.shape else { throw malformed("\(entry.name) fits no parameter of the model") }
      optimizer.restoreVelocity(try file.tensor(entry.name), named: name)
    }
    try visitRecords { name, state in
      switch state {
      case .tensor(let current):
        guard let entry = file[name] else {
          // A record that had not begun when the file was written has no elements.
          guard current.count == 0 else { throw malformed("\(name) is missing") }
          return
        }
        guard current.count == 0 || entry.shape == current.shape else {
          throw malformed("\(name) has the shape \(entry.shape), not \(current.shape)")
        }
        state = .tensor(try file.tensor(name))
      case .integers:
        guard let values = record.integers[name] else { throw malformed("\(name) is missing") }
        state = .integers(values)
      }
    }
    counters = record.counters
  }

  /// Visits what centers, loss and sampler keep.
  private mutating func visitRecords(_ visit: MetricStateVisitor<Float>) rethrows {
    try centers?.visitState { name, state in try visit("centers." + name, &state) }
    try objective.visitState { name, state in try visit("objective." + name, &state) }
  }
}

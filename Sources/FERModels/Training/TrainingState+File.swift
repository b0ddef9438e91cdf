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
    /// What the training saw; nil in files that were written before it was kept.
    var data: String?
    /// The digest of the teacher; nil without one.
    var teacher: String?
  }

  /// The whole state as a file.
  func writer(_ description: ModelDescription, data: DataDigest, teacher: Teacher? = nil) -> SafetensorsWriter {
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
    let record = json(
      Record(counters: counters, integers: integers, data: data.description, teacher: teacher?.digest), pretty: false)
    writer.metadata = description.metadata(adding: [Self.key: record])
    return writer
  }

  /// Puts back what a file holds.
  ///
  /// - Throws: ``WeightLoadError``, ``TrainingError/malformedRun(path:reason:)``,
  ///   ``TrainingError/dataChanged(path:name:recorded:given:)`` or ``TrainingError/teacherChanged(path:teacher:)``.
  mutating func restore(from file: SafetensorsFile, data: DataDigest, teacher: Teacher? = nil) throws {
    func malformed(_ reason: String) -> TrainingError { .malformedRun(path: file.path, reason: reason) }
    guard let text = file.metadata[Self.key] else { throw malformed("the file holds no state of a training") }
    let record: Record
    do {
      record = try decoded(Record.self, from: Data(text.utf8))
    } catch {
      throw malformed("the state of the training cannot be read: \(oneLine(error))")
    }
    guard record.counters.areCounts else { throw malformed("the state of the training holds counts out of range") }
    if let recorded = record.data, recorded != data.description {
      throw TrainingError.dataChanged(path: file.path, name: data.name, recorded: recorded, given: data.description)
    }
    if let recorded = record.teacher, let teacher, recorded != teacher.digest {
      throw TrainingError.teacherChanged(path: file.path, teacher: teacher.run)
    }
    try model.loadWeights(from: file, ignoring: Self.namePrefixes)
    var shapes: [String: Shape] = [:]
    model.visitParameters { name, parameter in shapes[name] = parameter.value.shape }
    objective.visitParameters { name, parameter in shapes["objective." + name] = parameter.value.shape }
    for entry in file.entries where entry.name.hasPrefix("momentum.") {
      let name = String(entry.name.dropFirst("momentum.".count))
      guard shapes[name] == entry.shape else { throw malformed("\(entry.name) fits no parameter") }
      optimizer.restoreVelocity(try file.tensor(entry.name), named: name)
    }
    if record.counters.step > 0 && optimizer.momentum != 0 {
      for name in shapes.keys.sorted() where optimizer.velocities[name] == nil {
        throw malformed("momentum.\(name) is missing")
      }
    }
    let classes = model.configuration.classes
    var restored: [String: MetricState<Float>] = [:]
    try visitRecords { name, state in
      switch state {
      case .tensor(let current):
        guard let entry = file[name] else {
          // A record that had not begun when the file was written has no elements.
          guard current.count == 0 else { throw malformed("\(name) is missing") }
          return
        }
        // A record of mistakes is a table by class, once it has begun.
        let hasBegun = entry.shape != current.shape
        let shape = hasBegun && current.shape == [0, 0] ? [classes, classes] : current.shape
        guard entry.shape == shape else {
          throw malformed("\(name) has the shape \(entry.shape), not \(shape)")
        }
        state = .tensor(try file.tensor(name))
      case .integers(let current):
        guard let values = record.integers[name] else { throw malformed("\(name) is missing") }
        guard values.count == current.count else {
          throw malformed("\(name) has \(values.count) numbers, not \(current.count)")
        }
        state = .integers(values)
      }
      restored[name] = state
    }
    counters = record.counters
    if let name = firstNonfinite { throw malformed("\(name) holds numbers that are infinite or NaN") }
    // What loss or sampler cannot go on from they have brought into range.
    try visitRecords { name, state in
      guard let values = restored[name], values != state else { return }
      throw malformed("\(name) holds numbers that no training leaves")
    }
  }

  /// The name of the first piece of the state that holds a number which is infinite or NaN; nil if there is none.
  ///
  /// Everything that a checkpoint holds is looked at: parameters, running statistics, velocities, centers and what loss
  /// and sampler keep.
  var firstNonfinite: String? {
    var (copy, found) = (self, String?.none)
    func look(_ name: String, _ values: Tensor<Float>) {
      if found == nil && !values.isFinite { found = name }
    }
    copy.model.visitParameters { name, parameter in look(name, parameter.value) }
    copy.model.visitBuffers { name, buffer in
      if case .values(let values) = buffer { look(name, values) }
    }
    for (name, velocity) in optimizer.velocities.sorted(by: { $0.key < $1.key }) { look("momentum." + name, velocity) }
    copy.visitRecords { name, state in
      if case .tensor(let values) = state { look(name, values) }
    }
    return found
  }

  /// Visits what centers, loss and sampler keep.
  private mutating func visitRecords(_ visit: MetricStateVisitor<Float>) rethrows {
    try centers?.visitState { name, state in try visit("centers." + name, &state) }
    try objective.visitState { name, state in try visit("objective." + name, &state) }
  }
}

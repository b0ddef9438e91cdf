/// How often an epoch shows each example: counted from the plan, not foretold.
public struct EpochCoverage: Sendable, Hashable {
  /// One class's part.
  public struct Class: Sendable, Hashable {
    /// Examples of the class.
    public internal(set) var examples = 0
    /// Places that the epoch gives to the class.
    public internal(set) var places = 0
    /// Examples that are not shown.
    public internal(set) var missing = 0
    /// How often the example that is shown most often is shown.
    public internal(set) var mostShown = 0
  }

  /// The classes, by label.
  public let classes: [Class]

  /// Counts an order of examples.
  init(_ order: [Int], labels: [Int]) {
    var shown = [Int](repeating: 0, count: labels.count)
    for position in order { shown[position] += 1 }
    var classes = [Class](repeating: Class(), count: (labels.max() ?? -1) + 1)
    for (label, count) in zip(labels, shown) {
      classes[label].examples += 1
      classes[label].places += count
      classes[label].missing += count == 0 ? 1 : 0
      classes[label].mostShown = max(classes[label].mostShown, count)
    }
    self.classes = classes
  }

  /// Examples of all classes.
  public var examples: Int { classes.reduce(0) { $0 + $1.examples } }

  /// Places of the epoch.
  public var places: Int { classes.reduce(0) { $0 + $1.places } }

  /// Examples that are not shown.
  public var missing: Int { classes.reduce(0) { $0 + $1.missing } }

  /// Places that show an example again.
  public var repetitions: Int { places - (examples - missing) }

  /// Whether each example is shown exactly once.
  public var isExact: Bool { missing == 0 && repetitions == 0 }

  /// What is worth knowing where an epoch does not show each example exactly once, in a sentence; nil where it does.
  public var note: String? {
    if isExact { return nil }
    var parts: [String] = []
    if missing > 0 { parts.append("leaves out \(missing) of \(examples) pictures") }
    if repetitions > 0 {
      let most = classes.indices.max { (classes[$0].mostShown, $1) < (classes[$1].mostShown, $0) } ?? 0
      parts.append(
        "repeats pictures in \(repetitions) of \(places) places, one of class \(most) \(classes[most].mostShown) times")
    }
    return "an epoch of such batches " + parts.joined(separator: " and ")
  }
}

/// Everything that reading a data set's folder and lists found, good and bad, before anything is decided.
///
/// The data sets' initializers take the samples and stop at the first fault; ``DatasetVerifier`` reports every fault and
/// looks at the pictures as well. Both read the folder by the same code.
struct DatasetSurvey: Sendable {
  /// A picture that a list or a folder names.
  struct Entry: Sendable {
    let path: String
    let split: Split
    /// The class, or nil for a picture that the labelling rule leaves out.
    let label: Int?
    /// The list that names the picture, or nil where the folder is the list.
    let list: String?
    let line: Int?
  }

  /// A picture that a list names again.
  struct Repetition: Sendable {
    let entry: Entry
    let firstLine: Int
  }

  let name: String
  let classNames: [String]
  /// The splits that the layout promises.
  var requiredSplits: [Split] = [.train, .test]
  /// The list or folder that a message about a split names.
  var places: [Split: String] = [:]
  /// Whether a class is a folder below its split's place.
  var classesAreFolders = false
  /// Whether a picture may be listed twice, each time as a sample.
  var allowsRepetitions = false

  var lists: [ListFile] = []
  var entries: [Entry] = []
  /// Lines that cannot be used.
  var faults: [DatasetError] = []
  /// Entries whose file is not there; they are in `entries` too.
  var missing: [Entry] = []
  var repetitions: [Repetition] = []
  /// Files beside the pictures that no list names, or that are not read.
  var unlisted: [DatasetFinding] = []
  /// What is suspicious about lines that can be used.
  var remarks: [DatasetFinding] = []

  init(name: String, classNames: [String]) {
    self.name = name
    self.classNames = classNames
  }

  /// The samples, if nothing is wrong.
  ///
  /// - Throws: the first fault in the order of the lists, then missing pictures, empty splits and empty classes.
  func checkedSamples() throws(DatasetError) -> SplitSamples {
    if let fault = faults.first { throw fault }
    if !allowsRepetitions, let repetition = repetitions.first { throw Self.error(for: repetition) }
    if let first = missing.first { throw missingPictures(first) }
    var samples = SplitSamples()
    for split in Split.allCases {
      samples[split] = entries.lazy.filter { $0.split == split }.compactMap { entry in
        entry.label.map { FaceSample(source: .file(entry.path), label: $0, line: entry.line) }
      }
      if samples[split].isEmpty, requiredSplits.contains(split) { throw emptySplit(split) }
    }
    let counts = samples[.train].classCounts(classCount: classNames.count)
    if let label = counts.firstIndex(of: 0) { throw emptyClass(label, in: .train) }
    return samples
  }

  /// The error of a class without pictures in a split.
  func emptyClass(_ label: Int, in split: Split) -> DatasetError {
    let place = places[split] ?? name
    let path = classesAreFolders ? FolderReader.join(place, classNames[label]) : place
    return DatasetError(
      .emptyClass, path: path, reason: "the \(split) split has no picture of class \(classNames[label])",
      remedy: "add pictures or leave the class out")
  }

  private func emptySplit(_ split: Split) -> DatasetError {
    DatasetError(
      .emptySplit, path: places[split] ?? name, reason: "the \(split) split has no labelled picture",
      remedy: "check that the data set is complete")
  }

  private func missingPictures(_ first: Entry) -> DatasetError {
    let names = missing.map(\.path)
    return DatasetError(
      .missingPictures, path: first.list ?? first.path, line: first.line,
      reason: "\(names.count) of \(entries.count) pictures are missing: \(names.firstFew)",
      remedy: "unpack the pictures again, or run fer verify to see them all")
  }

  static func error(for repetition: Repetition) -> DatasetError {
    DatasetError(
      .listedTwice, path: repetition.entry.list ?? repetition.entry.path, line: repetition.entry.line,
      reason: "\(repetition.entry.path.printable) is listed again, first on line \(repetition.firstLine)",
      remedy: "remove one of the two lines")
  }
}

/// Examines a data set and reports everything that is wrong or suspicious, instead of stopping at the first fault.
///
/// Lists are read line by line, every picture is decoded, and pictures are compared across splits:
///
///     for finding in try DatasetVerifier().findings(at: "RAF-DB") { print(finding) }
///
/// A build without `ImageCodecs` sees the contents' format and the sizes, but not the pixels: damage inside a picture and
/// pictures of one color stay hidden, and duplicates are found by the bytes of the files.
public struct DatasetVerifier: Sendable {
  /// The share of the pictures that must have one size for another size to be odd.
  private static let usualShare = 0.9

  /// The layout that the folder is read by.
  public var layout: DatasetLayout

  /// What ends the person's name in a file's name, for the layout ``DatasetLayout/folder``; nil looks for no persons.
  public var identitySeparator: Character?

  /// Creates a verifier.
  ///
  /// - Parameters:
  ///   - layout: The layout that the folder is read by.
  ///   - identitySeparator: What ends the person's name in a file's name: names without a person are reported, and persons
  ///     that stand in several splits. Nil looks for no persons.
  public init(layout: DatasetLayout = .auto, identitySeparator: Character? = nil) {
    self.layout = layout
    self.identitySeparator = identitySeparator
  }

  /// What is wrong or suspicious, sorted by path, line and kind; empty for a sound data set.
  ///
  /// - Throws: what keeps the folder from being read at all: a missing folder or list, an unknown layout, or an identity
  ///   separator where file names tell no persons.
  /// - Complexity: every picture is decoded once, duplicates twice; 50 bytes or so are kept for each.
  public func findings(at root: String) throws(DatasetError) -> [DatasetFinding] {
    let survey = try layout.survey(at: root, identitySeparator: identitySeparator)
    let pictures = Self.pictures(of: survey).map(PictureInspection.init)
    var findings = survey.findings + pictures.compactMap(\.finding)
    findings += Self.oddSizes(among: pictures)
    findings += Self.duplicatesAcrossSplits(among: pictures)
    if let identitySeparator { findings += survey.findings(onPersonsEndingAt: identitySeparator) }
    return findings.sorted()
  }

  /// The entries whose files are there, each file once in each split.
  private static func pictures(of survey: DatasetSurvey) -> [DatasetSurvey.Entry] {
    var seen = Set(survey.missing.map(\.path))
    return survey.entries.filter { seen.insert($0.path).inserted }
  }

  private static func oddSizes(among pictures: [PictureInspection]) -> [DatasetFinding] {
    var counts: [PictureInspection.Size: Int] = [:]
    for case let size? in pictures.lazy.map(\.size) { counts[size, default: 0] += 1 }
    let total = counts.values.reduce(0, +)
    guard let usual = counts.first(where: { Double($0.value) >= usualShare * Double(total) })?.key else { return [] }
    return pictures.compactMap { picture in
      guard let size = picture.size, size != usual else { return nil }
      return DatasetFinding(
        .oddSize, .warning, path: picture.entry.path,
        message: "\(size.width) × \(size.height) pixels, where nearly all have \(usual.width) × \(usual.height)")
    }
  }

  /// Pictures that stand in an earlier split as well, by their contents.
  private static func duplicatesAcrossSplits(among pictures: [PictureInspection]) -> [DatasetFinding] {
    var groups: [UInt64: [PictureInspection]] = [:]
    for picture in pictures {
      if let fingerprint = picture.fingerprint { groups[fingerprint, default: []].append(picture) }
    }
    return pictures.compactMap { picture in
      guard let group = picture.fingerprint.flatMap({ groups[$0] }) else { return nil }
      let earlier = group.filter { $0.entry.split.order < picture.entry.split.order }
      guard !earlier.isEmpty, let contents = picture.contents(),
        let original = earlier.first(where: { $0.contents() == contents })
      else { return nil }
      return DatasetFinding(
        .duplicateAcrossSplits, .warning, path: picture.entry.path,
        message: "the same picture is \(original.entry.path.printable) in the \(original.entry.split) split")
    }
  }
}

extension Split {
  /// The place in the order train, validation, test.
  var order: Int {
    switch self {
    case .train: 0
    case .validation: 1
    case .test: 2
    }
  }
}

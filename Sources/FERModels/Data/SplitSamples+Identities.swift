extension SplitSamples {
  /// Gives every sample the number of the person whose name begins its file's.
  ///
  /// Names are compared and ordered as text, so that a letter and its accent may be one code point or two. Numbers depend
  /// on the set of names alone.
  ///
  /// - Throws: `missingIdentity` for the first file whose name, without its ending, has nothing before a separator.
  mutating func identify(endingNamesAt separator: Character) throws(DatasetError) {
    var names: Set<String> = []
    for split in Split.allCases {
      for sample in self[split] { names.insert(try sample.personName(endingAt: separator)) }
    }
    let numbers = Dictionary(uniqueKeysWithValues: names.sorted().enumerated().map { ($1, $0) })
    for split in Split.allCases {
      for index in self[split].indices {
        self[split][index].identity = numbers[try self[split][index].personName(endingAt: separator)]
      }
    }
  }
}

extension FaceSample {
  /// What stands before the first separator in the file's name.
  fileprivate func personName(endingAt separator: Character) throws(DatasetError) -> String {
    let file = FolderReader.name(of: description)
    let stem = file[..<(file.lastIndex(of: ".") ?? file.endIndex)]
    guard let end = stem.firstIndex(of: separator), end > stem.startIndex else {
      throw DatasetError(
        .missingIdentity, path: description,
        reason: "the name does not begin with a person and the separator \(String(separator).excerpt)",
        remedy: "rename the file, give the separator that all names have, or do without identities")
    }
    return String(stem[..<end])
  }
}

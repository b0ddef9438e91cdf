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
      for sample in self[split] { names.insert(try PersonName.beginning(sample.description, endingAt: separator)) }
    }
    let numbers = Dictionary(uniqueKeysWithValues: names.sorted().enumerated().map { ($1, $0) })
    for split in Split.allCases {
      for index in self[split].indices {
        self[split][index].identity =
          numbers[try PersonName.beginning(self[split][index].description, endingAt: separator)]
      }
    }
  }
}

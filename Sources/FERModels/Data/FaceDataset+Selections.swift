extension FaceDataset {
  /// The samples of a split that must not be empty.
  ///
  /// - Throws: `emptySplit`, with the data set's name.
  public func requiredSamples(in split: Split) throws(DatasetError) -> [FaceSample] {
    let samples = samples(in: split)
    guard samples.isEmpty else { return samples }
    throw DatasetError(
      .emptySplit, path: name, reason: "there is no \(split) split, or it is empty",
      remedy: "choose another split or complete the data set")
  }

  /// The data set with a validation split: the official one where it exists, else a stratified draw from `train`.
  ///
  /// Of n training samples round(n · fraction) become the validation split, divided among the classes by their largest
  /// remainders; every class with two samples gives at least one, and no class gives its last. The test split is never
  /// touched. With the fraction 0 there is no validation split: a drawn one stays in `train`, an official one is left out.
  ///
  /// - Precondition: `fraction` is in 0..<1.
  /// - Complexity: O(n).
  public func stratifiedValidation(fraction: Double, seed: UInt64) -> SelectedDataset {
    precondition((0..<1).contains(fraction), "the validation fraction \(fraction) is not in 0..<1")
    var selection = SelectedDataset(self)
    if fraction == 0 {
      selection[.validation] = []
    } else if selection[.validation].isEmpty {
      (selection[.validation], selection[.train]) = selection[.train].drawing(
        fraction: fraction, classCount: classNames.count, seed: seed, purpose: .validation)
    }
    return selection
  }

  /// The data set with at most `count` training samples, drawn by class.
  ///
  /// The classes keep their shares by the largest remainders, and each keeps at least one sample; samples keep their
  /// order. The other splits stay whole. Draw the validation split first, so that it does not shrink with the limit.
  ///
  /// - Throws: `impossibleDraw` if there are fewer places than classes in `train`.
  /// - Complexity: O(n).
  public func stratifiedLimit(count: Int, seed: UInt64) throws(DatasetError) -> SelectedDataset {
    var selection = SelectedDataset(self)
    guard count < selection[.train].count else { return selection }
    let sizes = classCounts(in: .train)
    let classes = sizes.count { $0 > 0 }
    guard count >= classes else {
      throw DatasetError(
        .impossibleDraw, path: name, reason: "\(count) training pictures cannot show \(classes) classes",
        remedy: "ask for \(classes) or more")
    }
    selection[.train] =
      selection[.train].drawing(
        Apportionment.places(total: count, sizes: sizes), seed: seed, purpose: .limit
      ).drawn
    return selection
  }
}

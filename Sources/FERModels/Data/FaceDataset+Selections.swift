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

  /// The data set with a validation split of persons that `train` does not show: the official one where it exists, as it
  /// is, else a draw of whole persons from `train`.
  ///
  /// A person's other pictures tell a network who it is, and with it more than a stranger's face would: on a split by
  /// picture the accuracy is too high for people that the network has not met. The draw comes as near to round(n · fraction)
  /// samples, stratified, as whole persons allow, at least one person; no class loses its last training sample. The test
  /// split is never touched. With the fraction 0 there is no validation split, as with
  /// ``stratifiedValidation(fraction:seed:)``.
  ///
  /// - Throws: `missingIdentity` if a draw is needed and a training sample has no identity; `impossibleDraw` if no person can
  ///   be spared.
  /// - Precondition: `fraction` is in 0..<1.
  /// - Complexity: O(n + P·C) for P persons and C classes, and O(P·C) for each of a few rounds.
  public func validationByPerson(fraction: Double, seed: UInt64) throws(DatasetError) -> SelectedDataset {
    precondition((0..<1).contains(fraction), "the validation fraction \(fraction) is not in 0..<1")
    var selection = SelectedDataset(self)
    guard fraction > 0, selection[.validation].isEmpty, !selection[.train].isEmpty else {
      return stratifiedValidation(fraction: fraction, seed: seed)
    }
    guard selection[.train].allSatisfy({ $0.identity != nil }) else {
      throw DatasetError(
        .missingIdentity, path: name,
        reason: "a validation split by person needs to know who is in the pictures, which this data set does not say",
        remedy: "draw it by class, or name the people in the files (--identity-separator)")
    }
    guard
      let (drawn, rest) = selection[.train].drawingPersons(
        fraction: fraction, classCount: classNames.count, seed: seed, purpose: .validationByPerson)
    else {
      throw DatasetError(
        .impossibleDraw, path: name,
        reason: "no person can leave the training pictures without taking a class's last with them",
        remedy: "draw the validation split by class, or none")
    }
    (selection[.validation], selection[.train]) = (drawn, rest)
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

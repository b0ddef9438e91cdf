extension FaceDataset {
  /// The samples of one split whose pictures stand in others as well, in order.
  ///
  /// Pictures are found by a hash of their contents and then compared in full, so a match is a match.
  ///
  /// - Parameters:
  ///   - split: the split that is searched.
  ///   - others: the splits in which a picture must stand to count.
  ///   - comparison: by decoded pixels, or by the bytes of the files.
  /// - Throws: what keeps a picture from being read.
  /// - Complexity: every picture of the splits is read once, a match twice; 8 bytes are kept for each.
  public func duplicates(
    in split: Split, presentIn others: Split..., comparing comparison: PictureComparison = .pixels
  ) throws -> [FaceSample] {
    try duplicates(in: split, presentIn: others, comparing: comparison)
  }

  /// The data set without those samples of one split whose pictures stand in another as well.
  ///
  /// FER+ holds pictures of its training split in its test split. A measurement leaves them out:
  ///
  ///     let faces = try FERPlusDataset(at: "FERPlus").droppingDuplicates(from: .test, presentIn: .train)
  ///
  /// Apply it before a draw shrinks the split that is compared with.
  ///
  /// - Throws: what keeps a picture from being read.
  /// - Complexity: every picture of the splits is read once, a match twice.
  public func droppingDuplicates(
    from split: Split, presentIn others: Split..., comparing comparison: PictureComparison = .pixels
  ) throws -> SelectedDataset {
    let dropped = Set(try duplicates(in: split, presentIn: others, comparing: comparison))
    var selection = SelectedDataset(self)
    selection[split].removeAll(where: dropped.contains)
    return selection
  }

  private func duplicates(
    in split: Split, presentIn others: [Split], comparing comparison: PictureComparison
  ) throws -> [FaceSample] {
    precondition(!others.contains(split), "the \(split) split is compared with itself")
    func contents(_ sample: FaceSample) throws -> PictureContents {
      try PictureContents(of: sample, in: self, comparing: comparison)
    }
    let searched = try samples(in: split).map { (sample: $0, fingerprint: try contents($0).fingerprint) }
    let wanted = Set(searched.lazy.map(\.fingerprint))
    var candidates: [UInt64: [FaceSample]] = [:]
    for sample in others.lazy.flatMap(samples(in:)) {
      let fingerprint = try contents(sample).fingerprint
      if wanted.contains(fingerprint) { candidates[fingerprint, default: []].append(sample) }
    }
    return try searched.compactMap { sample, fingerprint in
      guard let candidates = candidates[fingerprint] else { return nil }
      let own = try contents(sample)
      return try candidates.contains { try contents($0) == own } ? sample : nil
    }
  }
}

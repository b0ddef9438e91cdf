/// A data set with other samples in its splits: a part of it, or the same samples split in another way.
///
/// The selections of ``FaceDataset`` make these; make one yourself to choose samples by a rule of your own:
///
///     var adults = SelectedDataset(faces)
///     adults[.train].removeAll { isChild($0) }
public struct SelectedDataset: FaceDataset {
  private let base: any FaceDataset
  private var splits = SplitSamples()

  /// Starts with all samples of a data set.
  public init(_ base: some FaceDataset) {
    for split in Split.allCases { splits[split] = base.samples(in: split) }
    self.base = (base as? SelectedDataset)?.base ?? base
  }

  /// The name of the data set that this one was made from.
  public var name: String { base.name }
  /// The classes of the data set that this one was made from.
  public var classNames: [String] { base.classNames }

  /// The samples of a split. A new sample must come from the data set that this one was made from.
  public subscript(split: Split) -> [FaceSample] {
    get { splits[split] }
    set { splits[split] = newValue }
  }

  /// The samples selected for a split.
  public func samples(in split: Split) -> [FaceSample] { splits[split] }

  /// The picture of a sample, from the data set that this one was made from.
  public func image(of sample: FaceSample) throws -> RGBImage { try base.image(of: sample) }
}

/// Pictures in a folder for each class.
///
///     root/train/<class>/…    root/validation/<class>/…    root/test/<class>/…
///     root/<class>/…          without splits: a stratified part becomes the test split
///
/// The classes are the folders in `train` (or in the root), sorted by bytes. The validation split may be called
/// `validation`, `valid` or `val`; it and `test` may be absent. Files are found at any depth, in the order of
/// torchvision's `ImageFolder` (by folder, then by name, both by bytes). Names that begin with a dot are passed over; files
/// that do not end in `.jpg`, `.jpeg` or `.png` are no pictures here. What a picture file holds is told by its contents.
///
/// Many laboratory sets begin a file's name with the person: `S010_002_00000014.png` in CK+, `KA.AN1.39.png` in JAFFE. With
/// an identity separator, here `_` or `.`, samples have an ``FaceSample/identity``.
public struct FolderDataset: FaceDataset {
  /// The name of the folder.
  public let name: String
  /// The names of the classes in the order of the labels.
  public let classNames: [String]
  private let splits: SplitSamples

  /// Lists the folders.
  ///
  /// - Parameters:
  ///   - root: the folder with the splits, or with the classes.
  ///   - testFraction: the part of each class that becomes the test split where the folder has no splits, in 0..<1.
  ///   - seed: chooses that part. It is not the seed of a training run: runs are compared on one test split.
  ///   - identitySeparator: what ends the person's name in the name of a file, before its ending; nil tells no persons.
  ///     Equal names are the same person in all classes and splits. Persons are numbered in the order of their names.
  /// - Throws: what is missing or empty, and `missingIdentity` for a file whose name begins with no person.
  /// - Precondition: `testFraction` is in 0..<1.
  /// - Complexity: O(n log n) in the files; no picture is read.
  public init(
    at root: String, testFraction: Double = 0.2, seed: UInt64 = 0, identitySeparator: Character? = nil
  ) throws(DatasetError) {
    let survey = try Self.survey(at: root)
    var splits = try survey.checkedSamples()
    if let identitySeparator { try splits.identify(endingNamesAt: identitySeparator) }
    if !FolderReader.isFolder(FolderReader.join(root, "train")) {
      let (test, train) = splits[.train].drawing(
        fraction: testFraction, classCount: survey.classNames.count, seed: seed, purpose: .test)
      splits[.train] = train
      splits[.test] = test
    }
    name = survey.name
    classNames = survey.classNames
    self.splits = splits
  }

  /// The samples of a split, sorted by class, then by path.
  public func samples(in split: Split) -> [FaceSample] { splits[split] }

  /// Decodes the picture's file.
  public func image(of sample: FaceSample) throws -> RGBImage { try sample.decodeFile() }
}

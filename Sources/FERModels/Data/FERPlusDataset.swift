/// FER+: the faces of FER2013 with the votes of ten people for each.
///
///     root/FER2013Train/label.csv        fer0000000.png,"(0, 0, 48, 48)",4,0,0,1,3,2,0,0,0,0
///     root/FER2013Train/fer0000000.png   48 × 48, grey; likewise FER2013Valid and FER2013Test
///     root/fer2013new.csv                Usage,Image name,neutral,… : read where there are no label.csv files
///
/// The official splits are train, validation and test (`Training`, `PublicTest`, `PrivateTest` in `fer2013new.csv`). Rows
/// without a picture name in `fer2013new.csv` are pictures that FER+ withdrew; they are skipped. The face rectangle of
/// `label.csv` is checked for its form; pictures are read whole. A picture that a list names twice is two samples, as it is
/// for Microsoft's own reader. Samples keep the order of the lists.
///
/// The published `label.csv` files and `fer2013new.csv` differ in the votes for some pictures, and `fer2013new.csv` lists
/// four pictures twice, so the numbers of samples depend on which of them is there. Where both are, `label.csv` is read, as
/// by Microsoft's reader. Train, validation and test hold
///
/// | | majority | plurality |
/// |---|---|---|
/// | `label.csv` | 25,045, 3,191, 3,137 | 28,385, 3,555, 3,545 |
/// | `fer2013new.csv` | 25,060, 3,199, 3,153 | 28,389, 3,553, 3,546 |
///
/// The same pictures stand in more than one split: 278 in train and test. Leave them out of a measurement with
/// ``FaceDataset/droppingDuplicates(from:presentIn:comparing:)``.
///
/// - SeeAlso: ``FERPlusLabelRule``, and the paper that it names.
public struct FERPlusDataset: FaceDataset {
  /// The emotions in the order of the vote columns.
  public static let classNames = [
    "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt",
  ]

  /// The folder of a split below the root.
  static func folderName(of split: Split) -> String {
    switch split {
    case .train: "FER2013Train"
    case .validation: "FER2013Valid"
    case .test: "FER2013Test"
    }
  }

  /// The data set's name.
  public let name = "FER+"
  /// The names of the classes in the order of the labels.
  public var classNames: [String] { Self.classNames }
  private let splits: SplitSamples
  private let listedCounts: [Split: Int]

  /// Reads the lists and checks that every picture is there.
  ///
  /// - Parameters:
  ///   - root: the folder that holds `FER2013Train`, `FER2013Valid` and `FER2013Test`.
  ///   - rule: how votes become a label.
  /// - Throws: what is missing or malformed, with path and line.
  /// - Complexity: O(n) in the rows of the lists; no picture is read.
  public init(at root: String, labels rule: FERPlusLabelRule = .majority) throws(DatasetError) {
    let survey = try Self.survey(at: root, labels: rule)
    splits = try survey.checkedSamples()
    listedCounts = Dictionary(grouping: survey.entries, by: \.split).mapValues(\.count)
  }

  /// The samples of a split, in the order of its list.
  public func samples(in split: Split) -> [FaceSample] { splits[split] }

  /// The number of listed pictures that the label rule leaves out of a split.
  public func rejectedCount(in split: Split) -> Int { (listedCounts[split] ?? 0) - splits[split].count }

  /// Decodes the picture's file.
  public func image(of sample: FaceSample) throws -> RGBImage { try sample.decodeFile() }
}

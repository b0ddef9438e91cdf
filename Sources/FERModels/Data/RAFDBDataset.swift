/// RAF-DB's seven basic expressions, in the official layout.
///
///     root/EmoLabel/list_patition_label.txt      train_00001.jpg 5
///     root/Image/aligned/train_00001_aligned.jpg
///     root/Image/original/train_00001.jpg        with `images: .original`
///
/// The list's labels 1 to 7 become 0 to 6 in the data set's own order of classes. A name that begins with `train_` or
/// `test_` says its split: 12,271 and 3,068 pictures in the published set, which has no validation split. Samples keep the
/// order of the list.
///
/// - SeeAlso: Li, Deng and Du, "Reliable Crowdsourcing and Deep Locality-Preserving Learning for Expression Recognition in
///   the Wild", CVPR 2017.
public struct RAFDBDataset: FaceDataset {
  /// Which of the two versions of a picture to read.
  public enum Images: String, Sendable {
    /// The aligned face crops of 100 × 100 pixels.
    case aligned
    /// The photographs as they were found, of any size.
    case original
  }

  /// The classes in the order of the list's labels 1 to 7.
  public static let classNames = ["Surprise", "Fear", "Disgust", "Happiness", "Sadness", "Anger", "Neutral"]

  /// The data set's name.
  public let name = "RAF-DB"
  /// The names of the classes in the order of the labels.
  public var classNames: [String] { Self.classNames }
  private let splits: SplitSamples

  /// Reads the list and checks that every picture is there.
  ///
  /// - Parameters:
  ///   - root: the folder that holds `EmoLabel` and `Image`.
  ///   - images: the aligned crops, unless told otherwise.
  /// - Throws: what is missing, malformed, out of range or listed twice, with path and line.
  /// - Complexity: O(n) in the lines of the list; no picture is read.
  public init(at root: String, images: Images = .aligned) throws(DatasetError) {
    splits = try Self.survey(at: root, images: images).checkedSamples()
  }

  /// The samples of a split, in the order of the list.
  public func samples(in split: Split) -> [FaceSample] { splits[split] }

  /// Decodes the picture's file.
  public func image(of sample: FaceSample) throws -> RGBImage { try sample.decodeFile() }
}

/// Labelled pictures of faces, in splits.
///
/// A data set knows its samples from the moment it exists: everything that can be wrong with a folder or a list is
/// found by its initializer, and only the decoding of a picture is left for later. A source of your own needs four
/// members:
///
///     struct Portraits: FaceDataset {
///       let name = "portraits"
///       let classNames = ["calm", "glad"]
///       let pictures: [RGBImage], labels: [Int]
///
///       func samples(in split: Split) -> [FaceSample] {
///         split == .train ? labels.indices.map { FaceSample(source: .index($0), label: labels[$0]) } : []
///       }
///       func image(of sample: FaceSample) -> RGBImage {
///         guard case .index(let index) = sample.source else { preconditionFailure("samples(in:) gives indices") }
///         return pictures[index]
///       }
///     }
///
/// Selections compose, and each is a data set again:
///
///     let faces = try RAFDBDataset(at: "RAF-DB")
///       .stratifiedValidation(fraction: 0.1, seed: 0)
///       .stratifiedLimit(count: 10_000, seed: 0)
///
/// - SeeAlso: ``RAFDBDataset``, ``FERPlusDataset``, ``FolderDataset``, ``SelectedDataset``.
public protocol FaceDataset: Sendable {
  /// A short name for logs and tables.
  var name: String { get }

  /// The classes in the order that the data set defines; a label is an index into this array.
  var classNames: [String] { get }

  /// The samples of a split, always the same in the same order; empty if the data set has no such split.
  ///
  /// Labels lie in `0..<classNames.count`.
  func samples(in split: Split) -> [FaceSample]

  /// Decodes or makes the picture of a sample that `samples(in:)` gave.
  ///
  /// Called from several threads at once.
  /// - Throws: what keeps the picture from being read; the trainer and the evaluator pass it on with the sample's name.
  func image(of sample: FaceSample) throws -> RGBImage
}

extension FaceDataset {
  /// The number of samples of each class in a split, in the order of `classNames`.
  ///
  /// - Complexity: O(n) in the samples of the split.
  public func classCounts(in split: Split) -> [Int] {
    samples(in: split).classCounts(classCount: classNames.count)
  }
}

extension Sequence<FaceSample> {
  /// The number of samples of each class.
  ///
  /// - Precondition: every label lies in `0..<classCount`.
  func classCounts(classCount: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: classCount)
    for sample in self {
      precondition(
        counts.indices.contains(sample.label), "label \(sample.label) of \(sample) is not in 0..<\(classCount)")
      counts[sample.label] += 1
    }
    return counts
  }
}

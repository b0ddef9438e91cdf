/// One labelled picture of a data set: where it is and what it shows, without the picture itself.
public struct FaceSample: Hashable, Sendable {
  /// Where the picture comes from.
  public enum Source: Hashable, Sendable {
    /// A picture file, by its path.
    case file(String)
    /// A position in a source that has no files: a generator, an array, a database.
    case index(Int)
  }

  /// Where the picture comes from.
  public var source: Source

  /// The class, an index into ``FaceDataset/classNames``.
  public var label: Int

  /// The person shown, if the data set tells; equal numbers mean the same person.
  public var identity: Int?

  /// The line of the list file that named this picture, counted from 1, if a list did.
  public var line: Int?

  /// Creates a sample.
  public init(source: Source, label: Int, identity: Int? = nil, line: Int? = nil) {
    self.source = source
    self.label = label
    self.identity = identity
    self.line = line
  }
}

extension FaceSample {
  /// The path of the picture file, or nil for a source without files.
  public var path: String? {
    if case .file(let path) = source { path } else { nil }
  }
}

extension FaceSample: CustomStringConvertible {
  /// The path, or the position as `#12`: what a message about this sample names.
  public var description: String {
    switch source {
    case .file(let path): path
    case .index(let index): "#\(index)"
    }
  }
}

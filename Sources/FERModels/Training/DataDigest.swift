/// What a training sees of a data set, in short: two data sets with the same digest have the same classes and the same
/// pictures, by name, with the same labels, in the splits for training and validation.
///
/// Folders above all pictures do not count, so that a data set may move as a whole. Levels of pictures do not count
/// either: to read them all would take longer than many an epoch.
struct DataDigest: CustomStringConvertible, Sendable {
  /// The data set's own name.
  let name: String
  /// The names of the classes, by label.
  let classNames: [String]
  /// `48 training and 12 validation pictures (0123456789abcdef)`
  let description: String

  init(_ dataset: any FaceDataset) {
    name = dataset.name
    classNames = dataset.classNames
    let splits = [dataset.samples(in: .train), dataset.samples(in: .validation)]
    let folder = Self.commonFolder(of: splits.joined().lazy.compactMap(\.path))
    var hash = FowlerNollVo()
    for name in classNames { hash.add(name) }
    for split in splits {
      hash.add("\(split.count)")
      for sample in split {
        hash.add(sample.path?.utf8.dropFirst(folder.count) ?? sample.description.utf8[...])
        hash.add("\(sample.label)")
      }
    }
    description = "\(splits[0].count) training and \(splits[1].count) validation pictures (\(hash.hexadecimal))"
  }

  /// The longest folder, with its slash, that is above all paths.
  private static func commonFolder(of paths: some Sequence<String>) -> [UInt8] {
    var folder: [UInt8]?
    for path in paths {
      if let folder, path.utf8.starts(with: folder) { continue }
      let own = Array(path.utf8)
      let common = folder.map { zip($0, own).prefix { $0 == $1 }.map(\.0) } ?? own
      folder = Array(common.prefix((common.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1))
    }
    return folder ?? []
  }
}

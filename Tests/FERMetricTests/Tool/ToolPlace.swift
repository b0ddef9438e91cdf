import FERMetric
import FERModels
import Foundation

/// A folder in which a case of bad input is arranged: small data sets to spoil, and a finished run.
struct ToolPlace {
  let folder: TemporaryFolder

  /// A run that was trained before, to be copied.
  let finishedRun: String

  /// Where the case's run stands or would stand.
  var run: String { folder("run") }

  func callAsFunction(_ name: String) -> String { folder(name) }

  /// A picture as PNG.
  static func picture(_ seed: Int) throws -> Data {
    let faces = SyntheticFaces(seed: UInt64(seed), trainCount: 7, testCount: 7, size: 32)
    return Data(try faces.image(at: 0, in: .train).pngData())
  }

  func write(_ name: String, _ data: Data) throws {
    let file = URL(filePath: folder(name))
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  /// RAF-DB's layout with 14 training and 7 test pictures. Names end in `.jpg`, and the contents are PNG.
  ///
  /// - Parameter lines: Changes the lines of the list.
  @discardableResult
  func makeRAFDB(_ change: (inout [String]) -> Void = { _ in }) throws -> String {
    var lines: [String] = []
    for number in 1...14 { lines.append("train_0000\(number).jpg \((number - 1) % 7 + 1)") }
    for number in 1...7 { lines.append("test_000\(number).jpg \(number)") }
    for (place, line) in lines.enumerated() {
      let name = line.split(separator: ".")[0]
      try write("data/Image/aligned/\(name)_aligned.jpg", Self.picture(place))
    }
    change(&lines)
    try write("data/EmoLabel/list_patition_label.txt", Data(lines.joined(separator: "\n").utf8))
    return folder("data")
  }

  /// The place of a picture of ``makeRAFDB(_:)``.
  static func picturePath(_ name: String) -> String { "data/Image/aligned/\(name)_aligned.jpg" }

  /// FER+'s layout with 8 pictures in each split.
  ///
  /// - Parameters:
  ///   - ending: What ends the lines of the training list.
  ///   - change: Changes the lines of the training list.
  @discardableResult
  func makeFERPlus(
    ending: String = "\n", prefix: String = "", _ change: (inout [String]) -> Void = { _ in }
  ) throws -> String {
    for (place, split) in ["FER2013Train", "FER2013Valid", "FER2013Test"].enumerated() {
      var lines = (0..<8).map { label in
        let votes = (0..<10).map { $0 == label ? "10" : "0" }.joined(separator: ",")
        return "fer000000\(label).png,\"(0, 0, 48, 48)\",\(votes)"
      }
      for label in 0..<8 { try write("data/\(split)/fer000000\(label).png", Self.picture(8 * place + label)) }
      if place == 0 { change(&lines) }
      let end = place == 0 ? ending : "\n"
      try write("data/\(split)/label.csv", Data(((place == 0 ? prefix : "") + lines.joined(separator: end) + end).utf8))
    }
    return folder("data")
  }

  /// Copies the finished run to the case's place.
  @discardableResult
  func makeRun() throws -> String {
    try FileManager.default.copyItem(atPath: finishedRun, toPath: run)
    return run
  }

  /// Keeps only the first bytes of a file.
  func truncate(_ name: String, to count: Int) throws {
    let data = try Data(contentsOf: URL(filePath: folder(name)))
    try data.prefix(count).write(to: URL(filePath: folder(name)))
  }

  /// A file that begins like safetensors, with a header and some bytes of data.
  func writeSafetensors(_ name: String, header: String, bytes: Int = 8) throws {
    var data = Data()
    for shift in 0..<8 { data.append(UInt8(truncatingIfNeeded: header.utf8.count >> (8 * shift))) }
    try write(name, data + Data(header.utf8) + Data(count: bytes))
  }
}

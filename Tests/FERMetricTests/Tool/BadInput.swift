import Foundation

/// A case of bad input: how it is arranged, what is called, and how the command has to end.
struct BadInput {
  let name: String
  /// The exit status, by sysexits.
  let status: Int32
  /// What the line on standard error contains: a path below the case's folder, with a line number where one is due, or
  /// another text that begins with `=`.
  let mention: String
  /// Arranges the case and returns the arguments.
  let arrange: (ToolPlace) throws -> [String]
  /// How a shell calls the command, if not plainly: `exec "$@"` is the command with its arguments.
  let shell: String?

  init(
    _ name: String, _ status: Int32, _ mention: String, shell: String? = nil,
    _ arrange: @escaping (ToolPlace) throws -> [String]
  ) {
    self.name = name
    self.status = status
    self.mention = mention
    self.shell = shell
    self.arrange = arrange
  }

  /// A training of a second, if nothing stops it.
  static func train(_ data: String, _ place: ToolPlace, _ more: String...) -> [String] {
    ["train", "--data", data, "--out", place.run, "--model", "resnet18", "--stem", "small", "--width", "0.125"]
      + ["--size", "32", "--epochs", "1", "--batch-size", "8", "--validation", "0", "--loss", "ce", "--threads", "1"]
      + more
  }

  /// The same on drawn faces.
  static func trainDrawn(_ place: ToolPlace, _ more: String...) -> [String] {
    train("", place, "--layout", "synthetic", "--limit-train", "16") + more
  }

  static var all: [BadInput] {
    usage + tan + losses + numbers + folders + lists + pictures + weights + runs + recognition
  }
}

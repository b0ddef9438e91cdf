import Foundation
import Testing

/// The built command `fer`, which stands beside the tests.
enum ToolProcess {
  /// What a call left behind.
  struct Outcome {
    let status: Int32
    let output: String
    let error: String

    /// The lines on standard error.
    var errorLines: [Substring] { error.split(separator: "\n") }
  }

  /// The path of the executable.
  static func executable() throws -> String {
    let arguments = ProcessInfo.processInfo.arguments
    var folders = [(arguments[0] as NSString).deletingLastPathComponent]
    if let option = arguments.firstIndex(of: "--test-bundle-path"), option + 1 < arguments.count {
      var bundle = URL(filePath: arguments[option + 1])
      while bundle.pathComponents.count > 1 && bundle.pathExtension != "xctest" { bundle.deleteLastPathComponent() }
      folders.append(bundle.deletingLastPathComponent().path)
    }
    return try #require(
      folders.map { $0 + "/fer" }.first(where: FileManager.default.isExecutableFile),
      "fer is not beside the tests in \(folders)")
  }

  /// Starts the command.
  ///
  /// - Parameter shell: What a shell runs in place of the command, which is `"$@"` there.
  static func start(_ arguments: [String], shell: String? = nil, into folder: TemporaryFolder) throws -> Process {
    let process = Process()
    if let shell {
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments = ["-c", shell, "sh", try executable()] + arguments
    } else {
      process.executableURL = URL(filePath: try executable())
      process.arguments = arguments
    }
    for name in ["stdout", "stderr"] { try folder.write(name) }
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: folder("stdout")))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: folder("stderr")))
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Waits for the command to end.
  static func finish(_ process: Process, in folder: TemporaryFolder) throws -> Outcome {
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: try String(contentsOfFile: folder("stdout"), encoding: .utf8),
      error: try String(contentsOfFile: folder("stderr"), encoding: .utf8))
  }

  /// Runs the command to its end.
  static func run(_ arguments: [String], shell: String? = nil) throws -> Outcome {
    let folder = try TemporaryFolder()
    return try finish(start(arguments, shell: shell, into: folder), in: folder)
  }
}

/// Every file below a folder with its contents; empty if there is no such folder.
func snapshot(_ folder: String) throws -> [String: Data] {
  var files: [String: Data] = [:]
  for name in FileManager.default.enumerator(atPath: folder) ?? .init() {
    guard let name = name as? String else { continue }
    var isFolder: ObjCBool = false
    _ = unsafe FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder)
    files[name] = isFolder.boolValue ? Data() : try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
  }
  return files
}

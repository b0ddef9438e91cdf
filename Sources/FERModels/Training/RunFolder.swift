import Foundation

/// The folder of one training run.
///
///     config.json         what was asked for
///     last.safetensors    the whole state: a training goes on from here
///     best.safetensors    the model of the best epoch so far, under torchvision's names
///     metrics.jsonl       a line for each epoch; the only file with wall times
///
/// Everything but `metrics.jsonl` is the same, byte for byte, whenever the run is repeated with the same thread count,
/// processor and library versions, interrupted or not.
public struct RunFolder: Sendable, Hashable {
  /// The folder.
  public let path: String

  /// Names the folder, which need not exist.
  public init(_ path: String) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// The path of `config.json`.
  public var configuration: String { path + "/config.json" }
  /// The path of `last.safetensors`.
  public var last: String { path + "/last.safetensors" }
  /// The path of `best.safetensors`.
  public var best: String { path + "/best.safetensors" }
  /// The log `metrics.jsonl`.
  public var metrics: MetricsLog { MetricsLog(path: path + "/metrics.jsonl") }

  private var files: [String] { [configuration, last, best, metrics.path] }

  /// Whether the folder holds a file of a run.
  public var holdsRun: Bool {
    files.contains { FileManager.default.fileExists(atPath: $0) }
  }

  /// Whether the folder holds the configuration of a run and nothing else of it, because the run was killed while it
  /// began.
  var holdsOnlyConfiguration: Bool {
    FileManager.default.fileExists(atPath: configuration)
      && ![last, best, metrics.path].contains { FileManager.default.fileExists(atPath: $0) }
  }

  /// Makes the folder for a new run.
  ///
  /// - Returns: The folders that did not exist, outermost first, for ``remove(_:)``.
  /// - Throws: ``TrainingError/runExists(path:)`` or ``TrainingError/unwritable(path:reason:)``.
  func make() throws(TrainingError) -> [String] {
    guard !holdsRun else { throw .runExists(path: path) }
    var made: [String] = []
    var missing = path
    while !missing.isEmpty && missing != "/" && !FileManager.default.fileExists(atPath: missing) {
      made.insert(missing, at: 0)
      missing = FileStore.folder(of: missing)
    }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      removeFolders(made)
      throw .unwritable(path: path, reason: systemReason(of: error))
    }
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      throw .unwritable(path: path, reason: "it is not a folder")
    }
    return made
  }

  /// Removes what a training that never began has made: its files, and of the folders those in which nobody else has
  /// put anything since.
  func remove(_ made: [String]) {
    for file in [configuration, last, best] { try? FileManager.default.removeItem(atPath: file) }
    removePartials()
    removeFolders(made)
  }

  /// Removes what a training that was killed while it wrote has left.
  func removePartials() {
    for file in files { FileStore.removePartials(of: file) }
  }

  /// Removes folders, innermost first, up to the first that is not empty.
  private func removeFolders(_ made: [String]) {
    for folder in made.reversed() {
      guard FileStore.removeEmptyFolder(folder) else { return }
    }
  }

  /// Checks that a run can be resumed from here: with its state, or from the start if it was killed while it began.
  ///
  /// - Throws: ``TrainingError/noRun(path:missing:)``.
  func requireRun() throws(TrainingError) {
    if holdsOnlyConfiguration { return }
    for file in [configuration, last] where !FileManager.default.fileExists(atPath: file) {
      throw .noRun(path: path, missing: (file as NSString).lastPathComponent)
    }
  }

  /// Checks that the folder holds the weights that are asked for.
  ///
  /// - Throws: ``TrainingError/noRun(path:missing:)`` or ``TrainingError/noBestWeights(path:)``.
  func requireWeights(_ weights: Recognizer.Weights) throws(TrainingError) {
    let file = weights == .best ? best : last
    if !FileManager.default.fileExists(atPath: file) {
      if weights == .best && FileManager.default.fileExists(atPath: last) { throw .noBestWeights(path: path) }
      throw .noRun(path: path, missing: (file as NSString).lastPathComponent)
    }
  }
}

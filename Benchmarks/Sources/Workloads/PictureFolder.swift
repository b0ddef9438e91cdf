import FERModels
import Foundation

/// A temporary folder of drawn faces in files, with a folder for each class in `train`.
public struct PictureFolder: Sendable {
  /// The form of the files.
  public enum Format: String, Sendable {
    /// JPEG of quality 90.
    case jpeg = "JPEG"
    /// PNG.
    case png = "PNG"
  }

  /// Where it is.
  public let path: String

  /// Draws `count` faces of `size` × `size` pixels into a new folder.
  public init(count: Int, size: Int, format: Format) throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "fermetric-\(UUID().uuidString)")
    path = root.path
    let faces = SyntheticFaces(trainCount: count, testCount: SyntheticFaces.classNames.count, size: size)
    for (index, sample) in faces.samples(in: .train).enumerated() {
      let folder = root.appending(path: "train/\(faces.classNames[sample.label])")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let file = folder.appending(path: "\(index)").path
      switch format {
      case .jpeg: try faces.image(of: sample).writeJPEG(to: file + ".jpg")
      case .png: try faces.image(of: sample).writePNG(to: file + ".png")
      }
    }
  }

  /// Removes the folder.
  public func remove() throws { try FileManager.default.removeItem(atPath: path) }
}

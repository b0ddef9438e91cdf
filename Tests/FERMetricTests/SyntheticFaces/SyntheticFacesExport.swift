import FERModels
import Foundation
import Testing

/// Writes the demo's pictures for the scripts in Benchmarks/Peers/synthetic; runs only when asked for.
///
///     FER_EXPORT_FACES=/tmp/faces swift test -c release -Xswiftc -enable-testing --filter SyntheticFacesExport
@Suite(.enabled(if: ProcessInfo.processInfo.environment["FER_EXPORT_FACES"] != nil, "set FER_EXPORT_FACES to a folder"))
struct SyntheticFacesExport {
  @Test func writePicturesLabelsAndSheet() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["FER_EXPORT_FACES"])
    let root = URL(fileURLWithPath: folder, isDirectory: true)
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    let faces = SyntheticFaces(trainCount: 2800, testCount: 700)
    for split in [Split.train, .test] {
      var pixels = Data()
      for index in 0..<faces.count(in: split) {
        pixels.append(contentsOf: faces.image(at: index, in: split).pixels)
      }
      try pixels.write(to: root.appending(path: "\(split).rgb"))
      let labels = faces.samples(in: split).map { UInt8($0.label) }
      try Data(labels).write(to: root.appending(path: "\(split).labels"))
      #expect(pixels.count == labels.count * 3 * faces.size * faces.size)
    }
    let sheet = SyntheticFaces(trainCount: 7, testCount: 7, size: 96).contactSheet()
    try sheet.writePNG(to: root.appending(path: "sheet.png").path())
  }
}

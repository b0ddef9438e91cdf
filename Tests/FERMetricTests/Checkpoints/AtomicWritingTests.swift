import FERMetric
import FERModels
import Foundation
import Testing

@Suite struct AtomicWritingTests {
  private static func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "fermetric-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private static func writer(_ value: Float) -> SafetensorsWriter {
    var writer = SafetensorsWriter(metadata: ["format": "pt"])
    writer.add("x", Tensor(repeating: value, shape: [100]))
    return writer
  }

  @Test func `Writing replaces the file and leaves nothing else`() throws {
    try Self.withFolder { folder in
      let path = folder.appending(path: "weights.safetensors").path
      for value: Float in [1, 2] {
        try Self.writer(value).write(to: path)
        #expect(
          try SafetensorsFile(contentsOf: path).tensor("x", as: Float.self).array == Array(repeating: value, count: 100)
        )
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["weights.safetensors"])
    }
  }

  @Test func `A place that cannot be written stays as it was`() throws {
    try Self.withFolder { folder in
      let occupied = folder.appending(path: "folder")
      try FileManager.default.createDirectory(at: occupied.appending(path: "child"), withIntermediateDirectories: true)
      let error = #expect(throws: SafetensorsError.self) { try Self.writer(1).write(to: occupied.path) }
      #expect(error?.description.hasPrefix(occupied.path + ": cannot be written: ") == true)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["folder"])
      let missing = folder.appending(path: "none/weights.safetensors").path
      let second = #expect(throws: SafetensorsError.self) { try Self.writer(1).write(to: missing) }
      #expect(second?.problem == .unwritable(reason: "No such file or directory"))
    }
  }

  @Test func `A folder is no weight file`() throws {
    try Self.withFolder { folder in
      let error = #expect(throws: SafetensorsError.self) { _ = try SafetensorsFile(contentsOf: folder.path) }
      #expect(error?.problem == .unreadable(reason: "it is a folder"))
    }
  }

  @Test func `Names are unique`() async {
    await #expect(processExitsWith: .failure) {
      var writer = SafetensorsWriter()
      writer.add("x", Tensor<Float>([1]))
      writer.add("x", Tensor<Float>([2]))
    }
  }
}

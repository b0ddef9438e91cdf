import Foundation

@testable import FERModels

/// The committed pictures of Tests/Fixtures/Images.
enum PictureFixtures {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/Images")

  static func path(_ name: String) -> String { folder.appending(path: name).path(percentEncoded: false) }

  static func bytes(_ name: String) throws -> [UInt8] { try readPicture(path(name)) }

  /// The names in a folder that end in `suffix`, sorted.
  static func names(in subfolder: String, suffix: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(subfolder)).filter { $0.hasSuffix(suffix) }.sorted()
  }

  /// A picture in the portable pixmap format: "P6", width, height, 255, a line feed, then RGB.
  static func pixmap(_ name: String) throws -> RGBImage {
    let bytes = try bytes(name)
    let header = bytes.prefix(64).split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false)
    let size = String(decoding: header[1], as: UTF8.self).split(separator: " ").compactMap { Int($0) }
    precondition(header[0].elementsEqual("P6".utf8) && header[2].elementsEqual("255".utf8) && size.count == 2)
    return RGBImage(width: size[0], height: size[1], pixels: Array(bytes[header[3].startIndex...]))
  }

  /// A folder of its own for one test, deleted afterwards.
  static func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pictures-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }

  /// A picture whose levels follow from their place, different in each channel and nowhere symmetric.
  static func pattern(width: Int, height: Int, seed: Int = 0) -> RGBImage {
    var pixels: [UInt8] = []
    for row in 0..<height {
      for column in 0..<width {
        for channel in 0..<3 {
          pixels.append(UInt8(truncatingIfNeeded: (row + seed) * 7 + column * (3 + channel) + channel * 50))
        }
      }
    }
    return RGBImage(width: width, height: height, pixels: pixels)
  }
}

extension RGBImage {
  /// The largest difference between two pictures of one size.
  func largestDifference(from other: RGBImage) -> Int {
    zip(pixels, other.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
  }
}

import Foundation
import Testing

@testable import FERModels

@Suite struct ImageFileTests {
  @Test func missingFilesFoldersAndEmptyFiles() throws {
    try PictureFixtures.withTemporaryFolder { folder in
      let missing = folder.appending(path: "missing.jpg").path()
      let error = #expect(throws: ImageError.self) { try RGBImage(contentsOf: missing) }
      #expect(error == .unreadable(path: missing, reason: "No such file or directory"))
      #expect(error?.path == missing)
      #expect(throws: ImageError.unreadable(path: folder.path(), reason: "it is a folder")) {
        try RGBImage(contentsOf: folder.path())
      }
      #expect(throws: ImageError.unreadable(path: "/dev/zero", reason: "it is not a regular file")) {
        try RGBImage(contentsOf: "/dev/zero")
      }
      let empty = folder.appending(path: "empty.jpg")
      try Data().write(to: empty)
      #expect(throws: ImageError.empty(path: empty.path())) { try RGBImage(contentsOf: empty.path()) }
      let text = folder.appending(path: "text.png")
      try Data("not a picture".utf8).write(to: text)
      #expect(throws: ImageError.unrecognized(path: text.path(), firstBytes: Array("not a pi".utf8))) {
        try RGBImage(contentsOf: text.path())
      }
    }
  }

  @Test func writingReplacesAndLeavesNothingBeside() throws {
    try PictureFixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "file").path()
      try writePicture([1, 2, 3], to: path)
      try writePicture([4, 5], to: path)
      #expect(try readPicture(path) == [4, 5])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()) == ["file"])
      let nowhere = folder.appending(path: "missing/file").path()
      #expect(throws: ImageError.unwritable(path: nowhere, reason: "No such file or directory")) {
        try writePicture([1], to: nowhere)
      }
      #expect(throws: ImageError.unwritable(path: folder.path() + "/.", reason: "Device or resource busy")) {
        try writePicture([1], to: folder.path() + "/.")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()) == ["file"])
    }
  }

  @Test func everyErrorIsOneLineThatBeginsWithThePath() {
    let errors: [ImageError] = [
      .unreadable(path: "a/b.jpg", reason: "r"), .empty(path: "a/b.jpg"),
      .unrecognized(path: "a/b.jpg", firstBytes: [0, 255]), .damaged(path: "a/b.jpg", format: .png, reason: "r"),
      .tooLarge(path: "a/b.jpg", width: 1, height: 2, maximumPixelCount: 1), .unwritable(path: "a/b.jpg", reason: "r"),
      .codecsMissing(path: "a/b.jpg"),
    ]
    for error in errors {
      #expect(error.path == "a/b.jpg")
      #expect(error.description.hasPrefix("a/b.jpg: ") && !error.description.contains("\n"))
    }
    #expect(errors[2].description.contains("00 ff"))
    #expect(ImageError.notEncodable(format: .jpeg, reason: "r").path == nil)
  }

  #if !ImageCodecs
    @Test func withoutCodecsTheErrorSaysHowToBuildThem() {
      let path = PictureFixtures.path("decode/rgb.png")
      let error = #expect(throws: ImageError.self) { try RGBImage(contentsOf: path) }
      #expect(error == .codecsMissing(path: path))
      #expect(error?.description.contains("trait ImageCodecs") == true)
      #expect(throws: ImageError.self) { try RGBImage(width: 1, height: 1, red: 0, green: 0, blue: 0).pngData() }
      #expect(throws: ImageError.self) { try RGBImage(width: 1, height: 1, red: 0, green: 0, blue: 0).jpegData() }
    }
  #endif
}

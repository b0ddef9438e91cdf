import Testing

@testable import FERModels

@Suite struct ImageFormatTests {
  @Test(arguments: [
    ("webp.jpg", ImageFormat.webp), ("gif.jpg", .gif), ("bmp.jpg", .bmp), ("tiff.jpg", .tiff), ("heic.jpg", .heic),
    ("avif.jpg", .avif), ("html.jpg", .webPage), ("lfs.jpg", .largeFilePointer),
  ])
  func contentIsToldInSpiteOfTheName(name: String, format: ImageFormat) throws {
    let path = PictureFixtures.path("foreign/" + name)
    #expect(try ImageFormat(startOf: PictureFixtures.bytes("foreign/" + name)) == format)
    let error = #expect(throws: ImageError.self) { try RGBImage(contentsOf: path) }
    #expect(error == .unsupportedFormat(path: path, format: format))
    let line = try #require(error).description
    #expect(line.hasPrefix(path + ": ") && line.contains(format.rawValue) && !line.contains("\n"))
  }

  @Test func picturesAreTold() throws {
    #expect(try ImageFormat(startOf: PictureFixtures.bytes("decode/color-420.jpg")) == .jpeg)
    #expect(try ImageFormat(startOf: PictureFixtures.bytes("decode/rgb.png")) == .png)
  }

  @Test(
    arguments: [
      ([0x4D, 0x4D, 0x00, 0x2A, 0, 0, 0, 8], ImageFormat.tiff),
      ([0xFF, 0x0A, 1, 2], .jpegXL),
      ([0, 0, 0, 12, 0x4A, 0x58, 0x4C, 0x20, 13, 10, 0x87, 10], .jpegXL),
      ([0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20, 13, 10, 0x87, 10], .jpeg2000),
      (Array("8BPS".utf8), .photoshop), (Array("%PDF-1.7".utf8), .pdf), (Array("<svg xmlns=".utf8), .svg),
      (Array("<?xml version=".utf8), .svg), (Array("<HTML>".utf8), .webPage),
    ] as [([UInt8], ImageFormat)])
  func otherSignatures(bytes: [UInt8], format: ImageFormat) {
    #expect(ImageFormat(startOf: bytes) == format)
  }

  @Test(
    arguments: [
      [], [0xFF], [0xFF, 0xD8], [0x89, 0x50, 0x4E, 0x47], Array("hello".utf8), Array("BMX is a sport".utf8),
      [0, 0, 0, 24, 0x66, 0x74, 0x79, 0x70, 0x69, 0x73, 0x6F, 0x6D],
    ] as [[UInt8]])
  func othersAreNotGuessed(bytes: [UInt8]) {
    #expect(ImageFormat(startOf: bytes) == nil)
  }
}

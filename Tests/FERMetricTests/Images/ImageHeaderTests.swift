import Testing

@testable import FERModels

@Suite struct ImageHeaderTests {
  private func header(_ name: String) throws -> ImageHeader {
    let bytes = try PictureFixtures.bytes("decode/" + name)
    return try ImageHeader(of: bytes, format: #require(ImageFormat(startOf: bytes)), path: name)
  }

  @Test(arguments: [
    ("color-420.jpg", 3), ("progressive.jpg", 3), ("gray.jpg", 1), ("cmyk.jpg", 4), ("ycck.jpg", 4),
    ("restarts.jpg", 3),
  ])
  func jpeg(name: String, components: Int) throws {
    let header = try header(name)
    #expect(header.width == 37 && header.height == 29)
    #expect(header.components == components)
    #expect(header.orientation == 1)
  }

  @Test(arguments: 1...8)
  func orientation(_ orientation: Int) throws {
    let header = try header("orientation-\(orientation).jpg")
    #expect(header.width == 21 && header.height == 13)
    #expect(header.orientation == orientation)
  }

  @Test func png() throws {
    let plain = try header("gray-16.png")
    #expect(plain.width == 21 && plain.height == 13 && plain.orientation == 1)
    #expect(try header("orientation-6.png").orientation == 6)
  }

  @Test func brokenExifIsIgnored() {
    let intact: [UInt8] = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]
    #expect(exifOrientation(in: intact[...]) == 6)
    for count in 0..<intact.count { #expect(exifOrientation(in: intact[..<count]) == nil) }
    for (place, value) in [(0, 0x4D), (2, 43), (4, 200), (5, 255), (10, 0x13), (12, 2), (18, 0), (18, 9)] {
      var broken = intact
      broken[place] = UInt8(value)
      #expect(exifOrientation(in: broken[...]) == nil, "byte \(place) is \(value)")
    }
  }

  @Test func brokenHeadersAreDamaged() throws {
    let jpeg = try PictureFixtures.bytes("decode/color-420.jpg")
    let scan = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xDA })
    for count in [3, 4, 10, scan / 2, scan, scan + 3] {
      #expect(throws: ImageError.damaged(path: "p", format: .jpeg, reason: "its header is incomplete")) {
        try ImageHeader(of: Array(jpeg[..<count]), format: .jpeg, path: "p")
      }
    }
    var png = try PictureFixtures.bytes("decode/rgb.png")
    #expect(throws: ImageError.damaged(path: "p", format: .png, reason: "its header is incomplete")) {
      try ImageHeader(of: Array(png[..<32]), format: .png, path: "p")
    }
    png.replaceSubrange(16..<20, with: [0, 0, 0, 0])
    #expect(throws: ImageError.damaged(path: "p", format: .png, reason: "its header says 0 x 13 pixels")) {
      try ImageHeader(of: png, format: .png, path: "p")
    }
  }

  @Test func hugePicturesAreRefusedBeforeAnythingIsAllocated() throws {
    var png = try PictureFixtures.bytes("decode/rgb.png")
    png.replaceSubrange(16..<24, with: [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF])
    #expect(
      throws: ImageError.tooLarge(
        path: "bomb.png", width: Int(Int32.max), height: Int(Int32.max), maximumPixelCount: 1 << 26)
    ) {
      try RGBImage(decoding: png, path: "bomb.png")
    }
    png.replaceSubrange(16..<24, with: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
    #expect(throws: ImageError.self) { try RGBImage(decoding: png) }
    let path = PictureFixtures.path("decode/color-420.jpg")
    let error = #expect(throws: ImageError.self) { try RGBImage(contentsOf: path, maximumPixelCount: 37 * 29 - 1) }
    #expect(error == .tooLarge(path: path, width: 37, height: 29, maximumPixelCount: 37 * 29 - 1))
    #expect(error?.description.contains("37 x 29") == true && error?.path == path)
  }
}

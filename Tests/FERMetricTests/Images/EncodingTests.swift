#if ImageCodecs
  import Foundation
  import Testing

  @testable import FERModels

  @Suite struct EncodingTests {
    @Test(arguments: [(1, 1), (3, 2), (21, 13), (64, 48)])
    func pngKeepsEveryLevel(width: Int, height: Int) throws {
      let image = PictureFixtures.pattern(width: width, height: height)
      for compression in [0, 1, 6, 9] {
        let bytes = try image.pngData(compression: compression)
        #expect(ImageFormat(startOf: bytes) == .png)
        #expect(try RGBImage(decoding: bytes) == image)
      }
    }

    @Test func jpegIsNearTheOriginalAndTheNearerTheBetter() throws {
      let image = try PictureFixtures.pixmap("decode/color-444.jpg.ppm")
      func error(_ bytes: [UInt8]) throws -> Int {
        #expect(ImageFormat(startOf: bytes) == .jpeg)
        let decoded = try RGBImage(decoding: bytes)
        var sum = 0
        for (a, b) in zip(decoded.pixels, image.pixels) {
          let difference = Int(a) - Int(b)
          sum += difference * difference
        }
        return sum
      }
      let coarse = try error(image.jpegData(quality: 20))
      let usual = try error(image.jpegData(quality: 90))
      let full = try error(image.jpegData(quality: 90, chroma: .full))
      let best = try error(image.jpegData(quality: 100, chroma: .full))
      #expect(best < full && full < usual && usual < coarse)
      #expect(best < 2 * image.pixels.count)
    }

    @Test func filesComeBack() throws {
      try PictureFixtures.withTemporaryFolder { folder in
        let image = PictureFixtures.pattern(width: 17, height: 9)
        let png = folder.appending(path: "a picture.png").path(percentEncoded: false)
        let jpeg = folder.appending(path: "b.jpg").path(percentEncoded: false)
        try image.writePNG(to: png)
        try image.writeJPEG(to: jpeg, quality: 95)
        #expect(try RGBImage(contentsOf: png) == image)
        #expect(try RGBImage(contentsOf: jpeg) == RGBImage(decoding: image.jpegData(quality: 95)))
        let nowhere = folder.appending(path: "missing/c.png").path(percentEncoded: false)
        #expect(throws: ImageError.unwritable(path: nowhere, reason: "No such file or directory")) {
          try image.writePNG(to: nowhere)
        }
      }
    }

    @Test func aJPEGHasALargestSide() throws {
      let ribbon = RGBImage(width: 65_501, height: 1, red: 1, green: 2, blue: 3)
      let error = #expect(throws: ImageError.self) { try ribbon.jpegData() }
      #expect(error == .notEncodable(format: .jpeg, reason: "65501 x 1 pixels; no side may exceed 65500"))
      #expect(try RGBImage(decoding: ribbon.pngData()) == ribbon)
    }
  }
#endif

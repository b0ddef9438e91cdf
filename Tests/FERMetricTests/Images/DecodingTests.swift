#if ImageCodecs
  import Foundation
  import Testing

  @testable import FERModels

  /// Decoded pictures against Pillow's, level for level.
  @Suite struct DecodingTests {
    @Test func thereAreGoldenPictures() throws {
      #expect(try PictureFixtures.names(in: "decode", suffix: ".jpg").count == 17)
      #expect(try PictureFixtures.names(in: "decode", suffix: ".png").count == 19)
    }

    @Test(arguments: try PictureFixtures.names(in: "decode", suffix: "g"))
    func equalsPillow(name: String) throws {
      let decoded = try RGBImage(contentsOf: PictureFixtures.path("decode/" + name))
      let expected = try PictureFixtures.pixmap("decode/\(name).ppm")
      #expect(decoded.width == expected.width && decoded.height == expected.height)
      #expect(decoded.largestDifference(from: expected) == 0)
    }

    /// The rarer kinds once more, by what their samples say rather than by another program.
    @Test func rareKindsMeanWhatTheDocumentationSays() throws {
      func decode(_ name: String) throws -> RGBImage {
        try RGBImage(contentsOf: PictureFixtures.path("decode/" + name))
      }
      let plain = try decode("rgb.png")
      #expect(try decode("rgb-alpha.png") == plain)
      #expect(try decode("rgb-gamma.png") == plain)
      #expect(try decode("rgb-interlaced.png") == plain)
      #expect(try decode("rgb-16.png") == plain)
      #expect(try decode("rgb-alpha-16.png") == plain)
      #expect(try decode("orientation-6.png") == plain.oriented(by: 6))
      let gray = try decode("gray-8.png")
      #expect(
        gray
          == RGBImage(
            width: 21, height: 13, gray: stride(from: 1, to: plain.pixels.count, by: 3).map { plain.pixels[$0] }))
      for name in ["gray-16.png", "gray-alpha.png", "gray-alpha-16.png", "gray-transparent.png"] {
        #expect(try decode(name) == gray)
      }
      let levels = try Set(decode("gray-2.png").pixels)
      #expect(levels.isSubset(of: [0, 85, 170, 255]) && levels.count > 2)
    }

    @Test(arguments: [
      "color-420.jpg", "progressive.jpg", "restarts.jpg", "gray.jpg", "cmyk.jpg", "rgb.png", "rgb-interlaced.png",
      "palette-4.png", "gray-16.png",
    ])
    func everyTruncationIsAnError(name: String) throws {
      let bytes = try PictureFixtures.bytes("decode/" + name)
      for count in 1..<bytes.count {
        let error = #expect(throws: ImageError.self) { try RGBImage(decoding: Array(bytes[..<count]), path: name) }
        #expect(error?.path == name)
        switch error {
        case .damaged(_, _, let reason): #expect(!reason.isEmpty)
        case .unrecognized: #expect(count < 8)
        default: Issue.record("cut to \(count) bytes: \(String(describing: error))")
        }
      }
    }

    @Test func damagedPixelsAreAnError() throws {
      var png = try PictureFixtures.bytes("decode/rgb.png")
      png[png.count / 2] ^= 0x10
      let error = #expect(throws: ImageError.self) { try RGBImage(decoding: png, path: "flip.png") }
      #expect(error?.description.hasPrefix("flip.png: damaged or truncated PNG: ") == true)
      var jpeg = try PictureFixtures.bytes("decode/color-420.jpg")
      let scan = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xDA })
      jpeg.replaceSubrange((scan + 20)..<(scan + 22), with: [0xFF, 0xD5])
      #expect(throws: ImageError.self) { try RGBImage(decoding: jpeg) }
    }

    @Test func bytesAfterTheEndAreHarmless() throws {
      for name in ["color-420.jpg", "rgb.png"] {
        let bytes = try PictureFixtures.bytes("decode/" + name)
        #expect(try RGBImage(decoding: bytes + [1, 2, 3]) == RGBImage(decoding: bytes))
      }
    }

    @Test func randomDamageNeverCrashes() throws {
      for name in ["color-420.jpg", "progressive.jpg", "ycck.jpg", "rgb-interlaced.png", "palette-2.png"] {
        let bytes = try PictureFixtures.bytes("decode/" + name)
        var generator = SplitGenerator(state: UInt64(bytes.count))
        var failures = 0
        for _ in 0..<200 {
          var damaged = bytes
          for _ in 0..<3 {
            damaged[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
          }
          do { _ = try RGBImage(decoding: damaged, maximumPixelCount: 1 << 20) } catch { failures += 1 }
        }
        #expect(failures > 0, "\(name)")
      }
    }
  }

  private struct SplitGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }
#endif

import Testing

@testable import FERModels

@Suite struct DuplicatesTests {
  private var faces: InMemoryFaces {
    var faces = InMemoryFaces(trainCounts: [2, 2])
    faces.labels[.validation] = [0, 1]
    faces.labels[.test] = [0, 1, 0, 1, 0]
    faces.levels = [.train: [10, 20, 30, 40], .validation: [50, 20], .test: [60, 20, 50, 60, 10]]
    return faces
  }

  @Test func findsPicturesOfOtherSplits() throws {
    #expect(try faces.duplicates(in: .test, presentIn: .train).map(\.description) == ["#2001", "#2004"])
    #expect(try faces.duplicates(in: .test, presentIn: .validation).map(\.description) == ["#2001", "#2002"])
    #expect(try faces.duplicates(in: .train, presentIn: .validation, .test).map(\.description) == ["#0", "#1"])
  }

  @Test func dropsThemFromTheNamedSplitAlone() throws {
    let selection = try faces.droppingDuplicates(from: .test, presentIn: .train, .validation)
    #expect(selection.positions(in: .test) == [2000, 2003])
    #expect(selection.samples(in: .train) == faces.samples(in: .train))
    #expect(selection.samples(in: .validation) == faces.samples(in: .validation))
    #expect(try selection.image(of: selection.samples(in: .test)[0]).pixels == [60, 60, 60])
  }

  /// FNV-1a's published values, behind the two sizes, which are zero for the bytes of a file.
  @Test func fingerprintsAreFNV1a() {
    func direct(_ bytes: [UInt8]) -> UInt64 {
      bytes.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    }
    #expect(direct(Array("foobar".utf8)) == 0x8594_4171_f739_67e8)
    let zeros = [UInt8](repeating: 0, count: 16)
    #expect(PictureContents(fileBytes: Array("foobar".utf8)).fingerprint == direct(zeros + Array("foobar".utf8)))
    let image = RGBImage(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6])
    let sizes: [UInt8] = [2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    #expect(PictureContents(pixelsOf: image).fingerprint == direct(sizes + image.pixels))
  }

  @Test func theShapeBelongsToThePicture() {
    let pixels: [UInt8] = [1, 2, 3, 4, 5, 6]
    let wide = PictureContents(pixelsOf: RGBImage(width: 2, height: 1, pixels: pixels))
    let high = PictureContents(pixelsOf: RGBImage(width: 1, height: 2, pixels: pixels))
    #expect(wide != high)
    #expect(wide.fingerprint != high.fingerprint)
  }
}

import FERMetric
import Testing

@testable import FERModels

/// A picture is a pure function of what its documentation names, to the byte.
@Suite struct SyntheticFacesDeterminismTests {
  private let faces = SyntheticFaces(seed: 7, trainCount: 70, testCount: 35)

  @Test func picturesKeepTheirBytes() {
    // Another value here means other pictures: figures measured before no longer compare.
    #expect(faces.image(at: 0, in: .train).checksum == 0x359D_1499_EFD3_B247)
    #expect(faces.image(at: 41, in: .train).checksum == 0x93F0_C6CB_C9CD_30D0)
    #expect(faces.image(at: 34, in: .test).checksum == 0xF911_D474_A57E_21C1)
    let large = SyntheticFaces(seed: 7, trainCount: 70, testCount: 35, size: 96, difficulty: .low)
    #expect(large.image(at: 5, in: .train).checksum == 0xE911_65B6_ADD4_06AF)
  }

  @Test func orderOfDrawingDoesNotMatter() {
    let forward = (0..<12).map { faces.image(at: $0, in: .test) }
    let again = SyntheticFaces(seed: 7, trainCount: 70, testCount: 35)
    let backward = (0..<12).reversed().map { again.image(at: $0, in: .test) }
    #expect(forward == backward.reversed())
  }

  @Test func otherPicturesDoNotMatter() {
    let more = SyntheticFaces(seed: 7, trainCount: 100, testCount: 7)
    let same = (0..<70).filter { faces.label(at: $0, in: .train) == more.label(at: $0, in: .train) }
    #expect(same.count > 10)
    for index in same.prefix(8) {
      #expect(faces.image(at: index, in: .train) == more.image(at: index, in: .train))
    }
  }

  @Test func seedSplitIndexAndDifficultyMatter() {
    let other = SyntheticFaces(seed: 8, trainCount: 70, testCount: 35)
    let calm = SyntheticFaces(seed: 7, trainCount: 70, testCount: 35, difficulty: .low)
    var seen = Set<UInt64>()
    for set in [faces, other, calm] {
      for split in [Split.train, .test] {
        for index in 0..<20 {
          seen.insert(set.image(at: index, in: split).checksum)
        }
      }
    }
    #expect(seen.count == 120)
  }

  @Test func anyOrderOfThreadsGivesTheSamePictures() async {
    let serial = (0..<16).map { faces.image(at: $0, in: .train).checksum }
    let parallel = await withTaskGroup(of: (Int, UInt64).self) { group in
      for index in 0..<16 {
        group.addTask { (index, faces.image(at: index, in: .train).checksum) }
      }
      return await group.reduce(into: [UInt64](repeating: 0, count: 16)) { $0[$1.0] = $1.1 }
    }
    #expect(serial == parallel)
  }
}

extension RGBImage {
  /// The 64-bit FNV-1a hash of the levels.
  fileprivate var checksum: UInt64 {
    pixels.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

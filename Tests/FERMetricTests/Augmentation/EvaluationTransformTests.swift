import Foundation
import Testing

@testable import FERModels

@Suite struct EvaluationTransformTests {
  @Test(arguments: ["evaluation-wide", "evaluation-high"])
  func equalsPillow(name: String) throws {
    let source = try PictureFixtures.pixmap("resize/\(name).in.ppm")
    let expected = try PictureFixtures.pixmap("resize/\(name).out.ppm")
    let transform = EvaluationTransform(size: 56, normalization: .imageNet)
    #expect(transform.shortSide == 64)
    var result = [Float](repeating: .nan, count: 3 * 56 * 56)
    var span = result.mutableSpan
    transform.write(source, into: &span)
    for (place, value) in result.enumerated() {
      let level = Float(expected.pixels[place]) / 255
      let mean = PixelNormalization.imageNet.mean[place % 3]
      let deviation = PixelNormalization.imageNet.deviation[place % 3]
      #expect(value == (level - mean) / deviation)
    }
  }

  @Test func theShortSideFollowsTheSize() {
    #expect(EvaluationTransform().shortSide == 256)
    #expect(EvaluationTransform(size: 112).shortSide == 128)
    #expect(EvaluationTransform(size: 48).shortSide == 55)
    #expect(EvaluationTransform(size: 48, shortSide: 48).shortSide == 48)
  }

  @Test func settingsComeBackFromJSON() throws {
    let transform = EvaluationTransform(size: 44, shortSide: 48, normalization: .rafDB)
    let data = try JSONEncoder().encode(transform)
    #expect(try JSONDecoder().decode(EvaluationTransform.self, from: data) == transform)
    let broken = String(decoding: data, as: UTF8.self).replacingOccurrences(of: "48", with: "43")
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(EvaluationTransform.self, from: Data(broken.utf8))
    }
  }

  @Test func callersMistakesStop() async {
    await #expect(processExitsWith: .failure) { _ = EvaluationTransform(size: 64, shortSide: 63) }
  }
}

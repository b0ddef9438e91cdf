import FERMetric
import FERModels
import Testing

@Suite struct EmbeddingGeometryTests {
  @Test func measuresByHand() throws {
    // Means (1, 0) and (1, 4); squared distances 1, 1, 0, and class 2 does not occur.
    let embeddings = Tensor<Float>([0, 0, 2, 0, 1, 4], shape: [3, 2])
    let geometry = EmbeddingGeometry(embeddings: embeddings, labels: [0, 0, 1], classCount: 3)
    #expect(abs(geometry.intraClassVariance - 2.0 / 3) < 1e-12)
    #expect(geometry.smallestCenterDistance == 4)
    #expect(abs(try #require(geometry.compactness) - (2.0 / 3).squareRoot() / 4) < 1e-12)
  }

  @Test func compactnessIgnoresScale() throws {
    var generator = SeededGenerator(seed: 3)
    let embeddings = Tensor<Float>((0..<40).map { _ in Float(generator.nextNormal()) }, shape: [10, 4])
    let labels = (0..<10).map { $0 % 3 }
    let one = EmbeddingGeometry(embeddings: embeddings, labels: labels, classCount: 3)
    let eight = EmbeddingGeometry(embeddings: embeddings * 8, labels: labels, classCount: 3)
    #expect(abs(try #require(one.compactness) - #require(eight.compactness)) < 1e-12)
  }

  @Test func oneClassHasNoDistance() {
    let geometry = EmbeddingGeometry(embeddings: Tensor([1, 2], shape: [2, 1]), labels: [1, 1], classCount: 2)
    #expect(geometry.intraClassVariance == 0.25)
    #expect(geometry.smallestCenterDistance == nil && geometry.compactness == nil)
  }
}

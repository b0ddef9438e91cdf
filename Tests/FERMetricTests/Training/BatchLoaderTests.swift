import FERMetric
import Testing

@testable import FERModels

@Suite struct BatchLoaderTests {
  private let augmentation = TrainingAugmentation(size: 32)

  /// The batches from one on, each as its pictures.
  private func pictures(_ order: [Int], _ batches: [Range<Int>], from first: Int = 0) throws -> [[[Float]]] {
    let loader = BatchLoader(
      dataset: SmallTraining.faces, samples: SmallTraining.faces.samples(in: .train), order: order, batches: batches,
      startingAt: first, preparation: .training(augmentation, seed: 3, epoch: 2))
    return try batches.dropFirst(first).map { _ in
      let pixels = try loader.next().pixels
      let length = pixels.count / pixels.shape[0]
      return (0..<pixels.shape[0]).map { Array(pixels.array[$0 * length..<($0 + 1) * length]) }
    }
  }

  /// What a picture is that stands once.
  private func alone(_ index: Int, batch: Int) throws -> [Float] {
    let image = try SmallTraining.faces.image(of: SmallTraining.faces.samples(in: .train)[index])
    var result = [Float](repeating: 0, count: 3 * 32 * 32)
    var span = result.mutableSpan
    augmentation.write(image, seed: 3, epoch: 2, batch: batch, index: index, into: &span)
    return result
  }

  @Test func repeatedPicturesHaveDrawsOfTheirOwn() throws {
    let order = [4, 7, 4, 4, 9, 4]
    let batches = [0..<3, 3..<6]
    let loaded = try pictures(order, batches)
    #expect(Set(loaded[0] + loaded[1]).count == 6)
    // Nothing changes for pictures that stand once, nor for the first of several.
    #expect(try loaded[0][0] == alone(4, batch: 0) && loaded[0][1] == alone(7, batch: 0))
    #expect(try loaded[1][1] == alone(9, batch: 1))
    // A training that begins at the second batch sees the same.
    #expect(try pictures(order, batches, from: 1) == [loaded[1]])
  }
}

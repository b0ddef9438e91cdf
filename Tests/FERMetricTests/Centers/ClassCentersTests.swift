import FERMetric
import Testing

@Suite struct ClassCentersTests {
  @Test func centersStartAsNormalDeviatesOfVarianceTwoOverC() {
    let centers = ClassCenters<Double>(classes: 8, dimension: 4096, seed: 3).matrix
    let variance = centers.map { $0 * $0 }.mean()
    #expect((variance - 0.25).magnitude < 0.01)
    #expect(centers.mean().magnitude < 0.01)
    #expect(centers == ClassCenters<Double>(classes: 8, dimension: 4096, seed: 3).matrix)
    #expect(centers != ClassCenters<Double>(classes: 8, dimension: 4096, seed: 4).matrix)
  }

  @Test func externalCentersStay() {
    let start = Tensor<Float>([1, 2, 3, 4], shape: [2, 2])
    var centers = ClassCenters(start, update: .external)
    centers.gradient = start
    centers.step(embeddings: start.matrix, labels: [0, 1].span)
    #expect(centers.matrix == start)
    #expect(centers.gradient == Tensor(zeros: [2, 2]))
  }

  @Test func averageLeavesOutWhatIsNotFinite() {
    let start = Tensor<Float>([1, 2], shape: [1, 2])
    var centers = ClassCenters(start, update: .movingAverage(rate: 1, weighted: false))
    let samples = Tensor<Float>([.nan, 0, 3, 4], shape: [2, 2])
    centers.step(embeddings: samples.matrix, labels: [0, 0].span)
    #expect(centers.matrix.array == [2, 3])
  }

  @Test func lossWeightDoesNotSlowTheCenters() throws {
    let batch = TensorBatch<Double>(
      embeddings: Tensor([0.5, -1, 2, 0.1], shape: [2, 2]), labels: [0, 1],
      centers: Tensor([0, 0, 1, -1], shape: [2, 2]))
    func moved(_ weight: Double) throws -> [Double] {
      var centers = ClassCenters(batch.centers!)
      var loss = TripletCenterLoss<Double>.tc3l()
      centers.gradient = try loss(batch, weight: weight).gradients.centers!
      centers.step(lossWeight: weight)
      return centers.matrix.array
    }
    #expect(largestDifference(try moved(1), try moved(0.001)) < 1e-15)
  }

  @Test func matrixIsVisited() {
    var centers = ClassCenters<Float>(classes: 2, dimension: 3)
    centers.visitState { name, state in
      #expect(name == "matrix")
      state = .tensor(Tensor(repeating: 5, shape: [2, 3]))
    }
    #expect(centers.matrix == Tensor(repeating: 5, shape: [2, 3]))
  }

  @Test func averageWithoutEmbeddingsTraps() async {
    await #expect(processExitsWith: .failure) {
      var centers = ClassCenters<Float>(
        classes: 2, dimension: 3, update: .movingAverage(rate: 0.5, weighted: false))
      centers.step(lossWeight: 1)
    }
  }
}

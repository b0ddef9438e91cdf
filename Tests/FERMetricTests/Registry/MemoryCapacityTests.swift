import FERMetric
import FERModels
import Testing

/// The memory that the registry makes has room for every batch of a training.
@Suite(.serialized) struct MemoryCapacityTests {
  private func memory(batchSize: Int) throws -> CrossBatchMemory<Float> {
    let loss = LossName.crossBatchMemory.loss(classes: 2, dimension: 3, batchSize: batchSize, as: Float.self)
    return try #require(loss as? CrossBatchMemory<Float>)
  }

  @Test func followsTheBatch() throws {
    for size in [1, 64, 1024] { #expect(try memory(batchSize: size).capacity == 1024) }
    for size in [1025, 3000] { #expect(try memory(batchSize: size).capacity == size) }
    let named = LossName.crossBatchMemory.loss(classes: 2, dimension: 3, as: Float.self)
    #expect((named as? CrossBatchMemory<Float>)?.capacity == 1024)
    #expect(LossName.crossBatchMemory.entry.reading.contains("1,024"))

    var large = try memory(batchSize: 1100)
    let batch: TensorBatch<Float> = PairBatch.random(samples: 1100, dimension: 3, classes: 2, seed: 4)
    #expect(try large(batch).value.value > 0)
    #expect(large.count == 1100)
  }

  #if (OneDNN || OpenBLAS) && os(Linux)
    /// A last picture joins a batch of 1,025: the memory holds 1,026, also when the run is resumed.
    @Test func aTrainingWithLargeBatchesIsResumed() throws {
      var configuration = SmallTraining.configuration(nil)
      configuration.batchSize = 1025
      LossName.crossBatchMemory.apply(to: &configuration)
      let faces = SyntheticFaces(trainCount: 1026, testCount: 7, size: 32)
      let folder = try TemporaryFolder()
      let trainer = Trainer(faces, configuration, backend: .fastest, folder: RunFolder(folder("run")))
      let stop = StopSignal()
      let stopped = try trainer.run(stop: stop) { event in
        if case .step = event { stop.request() }
      }
      #expect(!stopped.isComplete)
      let resumed = try trainer.run(resume: true)
      #expect(resumed.isComplete && resumed.epochs.map(\.step) == [1, 2])
      let state = try SafetensorsFile(contentsOf: RunFolder(folder("run")).last)
      let ring = try #require(state["objective.metric.memory"])
      #expect(ring.shape == [1026, 64])
    }
  #endif
}

#if OneDNN && os(Linux)
  import CAllocations
  import FERMetric
  import Foundation
  import Testing

  @testable import FERModels

  /// Memory is handed on from step to step.
  @Suite struct SteadyStepTests {
    /// The bytes from which an allocation counts.
    static let least = 64 << 10

    /// Without this, the other tests would assert nothing.
    @Test func largeAllocationsAreCounted() async {
      await #expect(processExitsWith: .success) {
        fer_allocations_begin(Self.least)
        let small = [UInt8](repeating: 1, count: Self.least / 2)
        precondition(fer_allocations_end().count == 0)
        let live = fer_allocations_live()
        fer_allocations_begin(Self.least)
        let large = [UInt8](repeating: 1, count: Self.least)
        let block = UnsafeMutableRawPointer.allocate(byteCount: 3 * Self.least, alignment: 64)
        let allocations = fer_allocations_end()
        precondition(allocations.count == 2, "\(allocations)")
        precondition(allocations.largest >= 3 * Self.least, "\(allocations)")
        precondition(fer_allocations_live() >= live + 4 * Self.least)
        unsafe block.deallocate()
        withExtendedLifetime((small, large)) {}
      }
    }

    /// On one thread: on several, OpenBLAS asks for a list of its jobs at every product, and gives it back.
    @Test func twentyStepsAskForNothingLargeAndKeepNothing() async {
      await #expect(processExitsWith: .success) {
        try checkSteadiness()
      }
    }

    @Test func neitherDoStepsWithAnAttentionOnTheMap() async {
      await #expect(processExitsWith: .success) {
        try checkSteadiness(.cbam)
      }
    }

    /// What a layer keeps for its backward pass is released as soon as that has used it, so that the most memory is in
    /// use where the forward pass ends, when not a gradient exists yet.
    @Test func theBackwardPassReleasesWhatItHasUsed() async {
      await #expect(processExitsWith: .success) {
        try onDedicatedThread(backend: .fastest, threads: 2) {
          var model = ExpressionModel<Float>(ModelConfiguration(depth: .fifty, width: 0.25, classes: 7), seed: 1)
          let pictures = Tensor<Float>(repeating: 0.5, shape: [8, 64, 64, 3])
          for _ in 0..<2 {
            let before = MemoryPool.statistics.liveBytes
            let (outputs, trace) = model.forward(pictures)
            let kept = MemoryPool.statistics.liveBytes - before
            MemoryPool.resetStatistics()
            model.backward(logits: Tensor(repeating: 1, shape: outputs.logits.shape), through: consume trace)
            let more = MemoryPool.statistics.peakLiveBytes - before - kept
            // The map behind the first convolution: 8·32·32·16 numbers.
            let largest = 4 * 8 * 32 * 32 * 16
            precondition(kept > 20 * largest && more < largest, "\(kept) bytes are kept, \(more) more are used")
          }
        }
      }
    }
  }

  /// Trains some steps, then twenty that are counted.
  private func checkSteadiness(_ attention: MapAttentionConfiguration? = nil) throws {
    try onDedicatedThread(backend: .fastest, threads: 1) {
      var training = SteadyTraining(attention)
      // The watch looks at every tenth step.
      try training.run(steps: 25)
      MemoryPool.resetStatistics()
      let (resident, live) = (residentBytes(), fer_allocations_live())
      fer_allocations_begin(SteadyStepTests.least)
      try training.run(steps: 20)
      let allocations = fer_allocations_end()
      let (kept, touched) = (fer_allocations_live() - live, residentBytes() - resident)
      #expect(allocations.count == 0, "\(allocations)")
      #expect(kept <= 0, "\(kept) bytes are kept")
      // Less than a huge page: small blocks may still come to lie on pages that none was on before.
      #expect(touched < 2 << 20, "\(touched) bytes more are resident")
      #expect(MemoryPool.statistics.misses == 0, "\(MemoryPool.statistics)")
    }
  }

  /// Bytes of memory that this process holds and no file does.
  private func residentBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/smaps_rollup", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("Anonymous:") }!
    return Int(line.split(separator: " ")[1])! << 10
  }

  /// A training without files: steps on one batch of noise, whose embeddings alone are larger than what counts.
  private struct SteadyTraining {
    private var state: TrainingState
    private let batch: PictureBatch
    private let rate: Double

    init(_ attention: MapAttentionConfiguration?) {
      var configuration = FastTraining(depth: .eighteen).configuration
      configuration.model.embeddingDim = 512
      configuration.model.mapAttention = attention
      // A word for each of 32 pictures and 256 channels would be 64 KiB.
      if attention != nil { configuration.model.width = 0.5 }
      let count = 32
      let faces = SyntheticFaces(trainCount: count, testCount: 7, size: configuration.transform.size).samples(
        in: .train)
      var generator = SeededGenerator(seed: 1)
      let numbers = (0..<count * configuration.transform.size * configuration.transform.size * 3).map { _ in
        Float(generator.nextNormal())
      }
      let pixels = Tensor(numbers, shape: [count, configuration.transform.size, configuration.transform.size, 3])
      batch = PictureBatch(number: 0, samples: faces, pixels: pixels, whole: nil)
      state = TrainingState(configuration, counts: [Int](repeating: 1, count: 7), objective: nil)
      state.counters.statistics.reserve(count * 100)
      rate = configuration.rate / 100
    }

    mutating func run(steps: Int) throws {
      for _ in 0..<steps { _ = try state.train(on: batch, rate: rate) }
    }
  }
#endif

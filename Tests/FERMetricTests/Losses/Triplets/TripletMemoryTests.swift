#if os(Linux) && !DEBUG
  import CAllocations
  import FERMetric
  import Testing

  @Suite struct TripletMemoryTests {
    /// All triplets with the soft margin take O(B³) time, too long for a test of 4,096. Their memory grows with B² as that of
    /// the other choices does: here a cube would be 64 times as large as what is allowed.
    @Test func softMarginOfAllTripletsNeedsNoCube() async {
      await #expect(processExitsWith: .success) {
        let count = 512
        var generator = SeededGenerator(seed: 76)
        let batch = TensorBatch<Float>(
          embeddings: .normal([count, 2], &generator), labels: (0..<count).map { $0 % 32 })
        var loss = TripletLoss<Float>.softMargin(choice: .all)
        MemoryPool.resetStatistics()
        let live = MemoryPool.statistics.liveBytes
        fer_allocations_begin(1)
        let (value, _) = try loss(batch)
        let allocations = fer_allocations_end()
        let peak = MemoryPool.statistics.peakLiveBytes - live
        let allowed = 8 * 4 * count * count
        precondition(value.value > 0 && peak > 0, "\(value)")
        precondition(peak <= allowed && allocations.largest <= allowed, "\(peak) bytes in use, \(allocations)")
      }
    }
  }
#endif

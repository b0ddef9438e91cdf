import Testing

@testable import FERMetric

@Suite struct MemoryPoolTests {
  @Test func sizeClassesWasteAtMostAnEighth() {
    for bytes in stride(from: 1, through: 1 << 20, by: 977) {
      let size = MemoryPool.sizeClass(bytes)
      #expect(size >= bytes)
      #expect(size % MemoryPool.alignment == 0)
      #expect(bytes <= 512 || Double(size) <= Double(bytes) * 1.125 + 64)
      #expect(MemoryPool.sizeClass(size) == size, "a class is its own class")
    }
  }

  @Test func thePeakIsTheMostThatWasInUseAtOnce() async {
    await #expect(processExitsWith: .success) {
      let first = Tensor<Float>(zeros: [1000])
      MemoryPool.resetStatistics()
      let before = MemoryPool.statistics
      precondition(before.peakLiveBytes == before.liveBytes)
      for _ in 0..<3 { _ = Tensor<Float>(zeros: [1 << 20]) }
      let after = MemoryPool.statistics
      precondition(after.liveBytes == before.liveBytes, "\(after)")
      precondition(after.peakLiveBytes == before.liveBytes + 4 << 20, "\(after)")
      withExtendedLifetime(first) {}
    }
  }

  @Test func blocksAreAligned() {
    for count in [1, 3, 17, 1000, 100_003] {
      let tensor = Tensor<Float>(zeros: [count])
      let address = unsafe tensor.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
      #expect(address % MemoryPool.alignment == 0)
    }
  }

  @Test func releasedMemoryIsHandedOutAgain() {
    // Memory that is never touched, of a class that nothing else reaches, because suites run side by side.
    let shape: Shape = [61_234_577]
    func address() -> Int {
      let tensor = Tensor<Double>(uninitialized: shape)
      return unsafe tensor.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
    }
    let first = address()
    #expect(address() == first)
    MemoryPool.removeAll()
    let statistics = MemoryPool.statistics
    #expect(statistics.hits > 0 && statistics.misses > 0 && statistics.liveBytes >= 0)
  }
}

import Testing

@testable import FERMetric

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct MemoryPoolTests {
  @Test func blocksWasteAtMostAnEighth() {
    for bytes in stride(from: 1, through: 1 << 20, by: 977) {
      let size = MemoryPool.blockSize(bytes)
      #expect(size >= bytes)
      #expect(size % MemoryPool.alignment == 0)
      #expect(bytes <= 512 || Double(size) <= Double(bytes) * 1.125 + 64)
      #expect(MemoryPool.blockSize(size) == size, "a size is its own size")
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

  @Test(arguments: [100, 1 << 20])
  func releasedMemoryIsHandedOutAgain(_ count: Int) async {
    await #expect(processExitsWith: .success) { [count] in
      func address() -> Int {
        let tensor = Tensor<Double>(uninitialized: [count])
        return unsafe tensor.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
      }
      let first = address()
      MemoryPool.resetStatistics()
      #expect(address() == first)
      #expect(MemoryPool.statistics.hits == 1 && MemoryPool.statistics.misses == 0)
      MemoryPool.removeAll()
      #expect(MemoryPool.statistics.idleBytes == 0)
      _ = address()
      #expect(MemoryPool.statistics.misses == 1)
    }
  }

  @Test func largeBlocksAreCutAndJoined() async {
    await #expect(processExitsWith: .success) {
      let parts = (0..<4).map { _ in Tensor<Float>(zeros: [1 << 20]) }
      let all = parts.reduce(0) { $0 + $1.count }
      withExtendedLifetime(parts) {}
      func run() {
        MemoryPool.resetStatistics()
        for count in [all, all / 3, 3, 200_000] {
          let tensors = (0..<all / max(count, all / 3)).map { _ in Tensor<Float>(zeros: [count]) }
          withExtendedLifetime(tensors) {}
        }
      }
      run()
      run()
      #expect(MemoryPool.statistics.misses == 0, "\(MemoryPool.statistics)")
    }
  }

  /// What waits goes back before more is taken, if it is more than what is in use.
  @Test func theSizesOfOneWorkDoNotStayBesideThoseOfAnother() async {
    await #expect(processExitsWith: .success) {
      // Between the two a block that stays, so that they are not joined.
      var first: Tensor<Float>? = Tensor(repeating: 1, shape: [1 << 22])
      let kept = Tensor<Float>(zeros: [1 << 18])
      var second: Tensor<Float>? = Tensor(repeating: 1, shape: [1 << 22])
      withExtendedLifetime((first, second)) {}
      (first, second) = (nil, nil)
      #expect(MemoryPool.statistics.idleBytes == 32 << 20, "\(MemoryPool.statistics)")
      let larger = Tensor<Float>(zeros: [5 << 20])
      #expect(MemoryPool.statistics.idleBytes == 0, "\(MemoryPool.statistics)")
      #expect(larger.array.allSatisfy { $0 == 0 })
      withExtendedLifetime(kept) {}
    }
  }

  @Test func severalThreadsGetBlocksOfTheirOwn() async {
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<8 {
        group.addTask {
          var generator = SeededGenerator(seed: UInt64(task))
          var tensors: [(value: Float, tensor: Tensor<Float>)] = []
          for step in 0..<200 {
            let value = Float(task * 1000 + step)
            let count = Int.random(in: 1...(1 << Int.random(in: 1...18, using: &generator)), using: &generator)
            tensors.append((value, Tensor(repeating: value, shape: [count])))
            if tensors.count > 10 {
              let (value, tensor) = tensors.remove(at: Int.random(in: 0..<10, using: &generator))
              guard tensor.array.allSatisfy({ $0 == value }) else { return false }
            }
          }
          return tensors.allSatisfy { value, tensor in tensor.array.allSatisfy { $0 == value } }
        }
      }
      for await isWhole in group { #expect(isWhole) }
    }
  }

  #if canImport(Glibc)
    /// Where no addresses can be reserved, large blocks wait in lists.
    @Test func largeBlocksNeedNoRegion() async {
      await #expect(processExitsWith: .success) {
        var limit = rlimit(rlim_cur: 3 << 30, rlim_max: 3 << 30)
        #expect(unsafe setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0)
        MemoryPool.resetStatistics()
        for _ in 0..<2 {
          let tensor = Tensor<Float>(repeating: 1, shape: [1 << 20])
          #expect(tensor.array.allSatisfy { $0 == 1 })
        }
        #expect(MemoryPool.statistics.misses == 1 && MemoryPool.statistics.hits == 1, "\(MemoryPool.statistics)")
        #expect(MemoryPool.statistics.idleBytes == 4 << 20)
        MemoryPool.removeAll()
        #expect(MemoryPool.statistics.idleBytes == 0)
      }
    }
  #endif
}

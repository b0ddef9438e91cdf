import Testing

@testable import FERMetric

@Suite struct FreePartsTests {
  private func part(_ range: Range<Int>, fresh: Bool) -> FreeParts.Part {
    .init(start: range.lowerBound, byteCount: range.count, isFresh: fresh)
  }

  @Test func freshBytesAreTakenInOrder() {
    var free = FreeParts(byteCount: 100)
    #expect(free.takeWaiting(10) == nil)
    #expect(free.takeAny(10) == 0)
    #expect(free.takeAny(20) == 10)
    #expect(free.parts == [part(30..<100, fresh: true)])
    #expect(free.takeAny(71) == nil)
    #expect(free.takeAny(70) == 30)
    #expect(free.parts.isEmpty && free.takeAny(1) == nil)
  }

  @Test func neighboursAreJoined() {
    var free = FreeParts(byteCount: 100)
    for _ in 0..<4 { _ = free.takeAny(10) }
    free.put(0, byteCount: 10)
    free.put(20, byteCount: 10)
    #expect(free.parts == [part(0..<10, fresh: false), part(20..<30, fresh: false), part(40..<100, fresh: true)])
    free.put(10, byteCount: 10)
    #expect(free.parts == [part(0..<30, fresh: false), part(40..<100, fresh: true)])
    free.put(30, byteCount: 10)
    #expect(free.parts == [part(0..<40, fresh: false), part(40..<100, fresh: true)])
    #expect(free.waitingBytes == 40)
  }

  @Test func theSmallestWaitingPartIsTaken() {
    var free = FreeParts(byteCount: 100)
    for size in [30, 1, 20, 1, 20, 1] { _ = free.takeAny(size) }
    for (start, size) in [(0, 30), (31, 20), (52, 20)] { free.put(start, byteCount: size) }
    #expect(free.takeWaiting(15) == 31)
    #expect(free.takeWaiting(5) == 46)
    #expect(free.takeWaiting(21) == 0)
    #expect(free.takeWaiting(21) == nil)
    #expect(free.waitingBytes == 70 - 15 - 5 - 21)
  }

  @Test func aWaitingPartGrowsIntoTheFreshOneBehindIt() {
    var free = FreeParts(byteCount: 100)
    #expect(free.takeAny(10) == 0)
    #expect(free.takeAny(10) == 10)
    free.put(10, byteCount: 10)
    #expect(free.takeAny(30) == 10)
    #expect(free.parts == [part(40..<100, fresh: true)] && free.waitingBytes == 0)
  }

  @Test func waitingPartsBecomeFresh() {
    var free = FreeParts(byteCount: 100)
    for _ in 0..<4 { _ = free.takeAny(10) }
    free.put(0, byteCount: 10)
    free.put(30, byteCount: 10)
    #expect(free.refresh() == [part(0..<10, fresh: false), part(30..<40, fresh: false)])
    #expect(free.parts == [part(0..<10, fresh: true), part(30..<100, fresh: true)])
    #expect(free.waitingBytes == 0 && free.refresh().isEmpty)
    #expect(free.takeWaiting(1) == nil)
    #expect(free.takeAny(10) == 0 && free.takeAny(10) == 30)
  }

  /// Any sequence of requests and releases: blocks never overlap, and nothing is lost.
  @Test func blocksNeverOverlap() {
    let size = 4000
    var generator = SeededGenerator(seed: 1)
    var free = FreeParts(byteCount: size)
    var owner = [Int](repeating: 0, count: size)
    var blocks: [(id: Int, start: Int, byteCount: Int)] = []
    for id in 1...3000 {
      if Int.random(in: 0..<200, using: &generator) == 0 { _ = free.refresh() }
      if Bool.random(using: &generator), let chosen = blocks.indices.randomElement(using: &generator) {
        let block = blocks.remove(at: chosen)
        let places = block.start..<block.start + block.byteCount
        #expect(places.allSatisfy { owner[$0] == block.id })
        for place in places { owner[place] = 0 }
        free.put(block.start, byteCount: block.byteCount)
      } else {
        let count = Int.random(in: 1...200, using: &generator)
        guard let start = free.takeWaiting(count) ?? free.takeAny(count) else { continue }
        let places = start..<start + count
        #expect(places.allSatisfy { owner[$0] == 0 })
        for place in places { owner[place] = id }
        blocks.append((id, start, count))
      }
      #expect(free.parts.reduce(0) { $0 + $1.byteCount } == owner.count { $0 == 0 })
      #expect(free.waitingBytes == free.parts.reduce(0) { $0 + ($1.isFresh ? 0 : $1.byteCount) })
      #expect(zip(free.parts, free.parts.dropFirst()).allSatisfy { $0.end < $1.start || $0.isFresh != $1.isFresh })
    }
  }
}

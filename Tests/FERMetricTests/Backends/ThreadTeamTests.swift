import Synchronization
import Testing

@testable import FERMetric

/// Work that is cut into parts is done once, and only where it is worth it.
@Suite struct ThreadTeamTests {
  @Test(arguments: [0, 1, 2, 3, 7, 100]) func everyIndexRunsOnce(count: Int) {
    for team in [ThreadTeam.callingThread, .backwards(3), .dispatched(4)] {
      let seen = Mutex([Int](repeating: 0, count: count))
      team.forEach(count) { index in seen.withLock { $0[index] += 1 } }
      #expect(seen.withLock { $0 } == Array(repeating: 1, count: count))
    }
  }

  @Test(arguments: [1, 2, 5, 64]) func partsAreRangesOfNearlyOneSize(parts: Int) {
    let found = Mutex([Int: Range<Int>]())
    ThreadTeam.dispatched(2).forEachPart(of: 50, parts: parts) { part, range in
      found.withLock { $0[part] = range }
    }
    let ranges = found.withLock { found in (0..<parts).compactMap { found[$0] } }
    #expect(ranges.flatMap { $0 } == Array(0..<50))
    #expect(ranges.allSatisfy { $0.count == 50 / parts || $0.count == 50 / parts + 1 })
  }

  @Test func littleWorkIsNotCut() {
    let team = ThreadTeam.backwards(4)
    #expect([0, 19, 20, 35, 40, 1000].map { team.parts(for: $0, atLeast: 10) } == [1, 1, 2, 3, 4, 4])
    #expect(ThreadTeam.callingThread.parts(for: 1000, atLeast: 10) == 1)
    let parts = Mutex(0)
    team.forEachRows(of: 3, work: 1000, atLeast: 10) { _, _ in parts.withLock { $0 += 1 } }
    #expect(parts.withLock { $0 } == 3)
  }

  @Test func theTeamIsThatOfTheBackend() {
    #expect(ThreadTeam.current.threads == 1)
    withBackend(.reference(team: .backwards(3))) { #expect(ThreadTeam.current.threads == 3) }
  }
}

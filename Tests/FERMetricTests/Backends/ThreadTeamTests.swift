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
    #expect([0, 79, 80, 1000].map { team.parts(for: $0, from: 80) } == [1, 1, 4, 4])
    #expect([79, 80, 95, 1000].map { ThreadTeam.backwards(10).parts(for: $0, from: 80) } == [1, 8, 9, 10])
    #expect(ThreadTeam.callingThread.parts(for: 1000, from: 80) == 1)
  }

  @Test func aTeamHasAThreadAtLeast() {
    let none = ThreadTeam(threads: { 0 }, run: { _, _ in })
    #expect(none.threads == 1 && none.parts(for: 1000, from: 80) == 1)
  }

  @Test func theTeamIsThatOfTheBackend() {
    #expect(ThreadTeam.current.threads == 1)
    withBackend(.reference(team: .backwards(3))) { #expect(ThreadTeam.current.threads == 3) }
  }
}

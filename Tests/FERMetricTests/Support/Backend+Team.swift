import Dispatch

@testable import FERMetric

extension ThreadTeam {
  /// As many threads as it says, of which none exists: indices come one after the other, the last first.
  static func backwards(_ threads: Int) -> ThreadTeam {
    ThreadTeam(threads: { threads }, run: { count, body in for index in (0..<count).reversed() { body(index) } })
  }

  /// Threads of Dispatch.
  static func dispatched(_ threads: Int) -> ThreadTeam {
    ThreadTeam(threads: { threads }, run: { DispatchQueue.concurrentPerform(iterations: $0, execute: $1) })
  }
}

extension Backend {
  /// The kernels of ``reference``, and a team.
  static func reference(team: ThreadTeam) -> Backend { reference.lending(team) }
}

/// Threads that a backend lends to loops of the losses, which start none of their own.
///
/// The library behind a backend keeps a pool of threads for its kernels. Loops take turns with these kernels on the same
/// pool, so that there is never a second one that competes for the processors.
public struct ThreadTeam: Sendable {
  /// Runs its body for every index of `0..<count`, each once, in any order and several at a time; returns when all are
  /// done.
  public typealias Run = @Sendable (_ count: Int, _ body: @Sendable (_ index: Int) -> Void) -> Void

  private let countThreads: @Sendable () -> Int
  private let runAll: Run

  /// Creates a team.
  ///
  /// - Parameters:
  ///   - threads: How many threads there are for the thread that calls this closure.
  ///   - run: Runs a body for all indices on them.
  public init(threads: @escaping @Sendable () -> Int, run: @escaping Run) {
    countThreads = threads
    runAll = run
  }

  /// The calling thread alone.
  public static let callingThread = ThreadTeam(
    threads: { 1 }, run: { count, body in for index in 0..<count { body(index) } })

  /// How many threads there are for the calling thread.
  public var threads: Int { countThreads() }

  /// Runs `body` for every index of `0..<count`, each once, in any order, and returns when all are done.
  ///
  /// Whatever a body writes belongs to its index alone. Sums over indices are for the caller to put together, in their
  /// order, so that they do not depend on who came first.
  func forEach(_ count: Int, _ body: @Sendable (_ index: Int) -> Void) {
    if count > 0 { runAll(count, body) }
  }

  /// The team of the current backend.
  static var current: ThreadTeam { Backend.current.team }
}

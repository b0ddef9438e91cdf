/// Threads that a backend lends to loops of the losses, which start none of their own.
///
/// The library behind a backend keeps a pool of threads for its kernels. Loops take turns with these kernels on the same
/// pool, and bring none of their own that would compete for the processors. Who calls the losses alone may lend threads,
/// too:
///
///     let team = ThreadTeam(
///       threads: { 8 }, run: { DispatchQueue.concurrentPerform(iterations: $0, execute: $1) })
///     try withBackend(Backend.reference.lending(team)) { try loss(batch, accumulatingInto: &gradients) }
public struct ThreadTeam: Sendable {
  /// Runs its body for every index of `0..<count`, each once, in any order and several at a time; returns when all are
  /// done.
  public typealias Run = @Sendable (_ count: Int, _ body: @Sendable (_ index: Int) -> Void) -> Void

  private let countThreads: @Sendable () -> Int
  private let runAll: Run

  /// Creates a team.
  ///
  /// - Parameters:
  ///   - threads: How many threads there are for the thread that calls this closure. Less than one counts as one.
  ///   - run: Runs a body for all indices on them.
  public init(threads: @escaping @Sendable () -> Int, run: @escaping Run) {
    countThreads = threads
    runAll = run
  }

  /// The calling thread alone.
  public static let callingThread = ThreadTeam(
    threads: { 1 }, run: { count, body in for index in 0..<count { body(index) } })

  /// How many threads there are for the calling thread.
  public var threads: Int { max(1, countThreads()) }

  /// Runs `body` for every index of `0..<count`, each once, in any order, and returns when all are done.
  ///
  /// Whatever a body writes belongs to its index alone. Sums over indices are for the caller to put together, in their
  /// order, so that they do not depend on who came first.
  public func forEach(_ count: Int, _ body: @Sendable (_ index: Int) -> Void) {
    if count > 0 { runAll(count, body) }
  }

  /// Runs `body` for `0..<count` cut into `parts` ranges of one size, or nearly, with the index of each.
  public func forEachPart(of count: Int, parts: Int, _ body: @Sendable (_ part: Int, _ range: Range<Int>) -> Void) {
    forEach(parts) { body($0, $0 * count / parts..<($0 + 1) * count / parts) }
  }

  /// How many parts so many operations are worth: none below `least`, and from there on one for each thread, or for each
  /// eighth of it.
  func parts(for work: Int, from least: Int) -> Int { work < least ? 1 : min(threads, 8 * work / least) }

  /// The team of the current backend.
  static var current: ThreadTeam { Backend.current.team }
}

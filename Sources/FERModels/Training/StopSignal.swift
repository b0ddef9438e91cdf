import Synchronization

/// Asks a running training to stop after the step at hand; may be raised from any thread.
///
///     let stop = StopSignal()
///     onInterrupt { stop.request() }
///     let result = try trainer.run(stop: stop)       // result.isComplete == false if it was stopped
///
/// A training that is stopped saves its whole state, and goes on from there when it is resumed.
public final class StopSignal: Sendable {
  private let requested = Atomic(false)

  /// Creates a signal that is not raised.
  public init() {}

  /// Raises the signal. It stays raised.
  public func request() { requested.store(true, ordering: .releasing) }

  /// Whether the signal is raised.
  public var isRequested: Bool { requested.load(ordering: .acquiring) }
}

internal import FERMetric
import Foundation
import Synchronization

/// Runs `body` on a thread of its own, within a scope of `backend`, and waits for the result.
///
/// Libraries keep their thread counts, and pools of threads, for each thread that calls them; a task hops between
/// threads and would meet a new pool each time. So all kernels of a training or an evaluation are issued here.
///
/// - Parameters:
///   - backend: The kernels that `body` uses.
///   - threads: How many threads they use; nil keeps the library's own choice.
func onDedicatedThread<Result: Sendable>(
  backend: Backend, threads: Int?, _ body: @escaping @Sendable () throws -> Result
) throws -> Result {
  let outcome = ThreadOutcome<Result>()
  let thread = Thread {
    if let threads { backend.prepareCallingThread(threads: threads) }
    outcome.set(Swift.Result { try withBackend(backend) { try body() } })
  }
  thread.name = "FERMetric"
  thread.stackSize = 16 << 20
  thread.start()
  return try outcome.wait().get()
}

/// Hands the outcome of a thread to the one that waits for it.
private final class ThreadOutcome<Value: Sendable>: Sendable {
  private let outcome = Mutex<Swift.Result<Value, any Error>?>(nil)
  private let isSet = DispatchSemaphore(value: 0)

  func set(_ value: Swift.Result<Value, any Error>) {
    outcome.withLock { $0 = value }
    isSet.signal()
  }

  func wait() -> Swift.Result<Value, any Error> {
    isSet.wait()
    return outcome.withLock { $0! }
  }
}

import Dispatch
import Synchronization

/// A queue of at most `capacity` elements between one thread that puts and one that takes, in order.
///
/// Both sides wait: `put` for space, `take` for an element. ``finish()`` says that no more will be put, and ``cancel()``
/// ends the waiting of both sides at once.
final class BoundedQueue<Element: Sendable>: Sendable {
  private struct State {
    var elements: [Element] = []
    var isCancelled = false
  }

  private let state = Mutex(State())
  private let spaces: DispatchSemaphore
  private let filled = DispatchSemaphore(value: 0)

  init(capacity: Int) {
    precondition(capacity > 0, "a queue needs space for at least one element, not \(capacity)")
    // A semaphore must not die below its initial value: it starts at zero and is raised.
    spaces = DispatchSemaphore(value: 0)
    for _ in 0..<capacity { spaces.signal() }
  }

  /// Appends an element when there is space.
  ///
  /// - Returns: Whether the element was taken; false after ``cancel()``.
  func put(_ element: Element) -> Bool {
    spaces.wait()
    let accepted = state.withLock { state in
      guard !state.isCancelled else { return false }
      state.elements.append(element)
      return true
    }
    if accepted { filled.signal() } else { spaces.signal() }
    return accepted
  }

  /// Says that no more elements will be put; those that wait can still be taken.
  func finish() { filled.signal() }

  /// Removes the oldest element when there is one; nil after the last of a queue that is finished, and after
  /// ``cancel()``.
  func take() -> Element? {
    filled.wait()
    let element: Element? = state.withLock { state in
      state.isCancelled || state.elements.isEmpty ? nil : state.elements.removeFirst()
    }
    if element == nil { filled.signal() } else { spaces.signal() }
    return element
  }

  /// Drops what waits and wakes both sides for good.
  func cancel() {
    state.withLock { state in
      state.isCancelled = true
      state.elements.removeAll()
    }
    spaces.signal()
    filled.signal()
  }
}

import Foundation
import Testing

@testable import FERModels

@Suite struct BoundedQueueTests {
  @Test func keepsTheOrder() {
    let queue = BoundedQueue<Int>(capacity: 3)
    Thread { for i in 0..<1000 { _ = queue.put(i) } }.start()
    #expect((0..<1000).allSatisfy { queue.take() == $0 })
  }

  @Test func aFinishedQueueEndsAfterItsLastElement() {
    let queue = BoundedQueue<Int>(capacity: 2)
    Thread {
      for i in 0..<3 { _ = queue.put(i) }
      queue.finish()
    }.start()
    for i in 0..<3 { #expect(queue.take() == i) }
    #expect(queue.take() == nil && queue.take() == nil)
  }

  @Test func cancellingWakesBothSides() {
    let queue = BoundedQueue<Int>(capacity: 1)
    let ended = DispatchSemaphore(value: 0)
    Thread {
      while queue.put(1) {}
      ended.signal()
    }.start()
    #expect(queue.take() == 1)
    queue.cancel()
    ended.wait()
    #expect(queue.take() == nil)
    #expect(!queue.put(2))
  }
}

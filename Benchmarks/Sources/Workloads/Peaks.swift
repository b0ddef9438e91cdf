import CPeaks
import Dispatch

/// What this machine can do at most, measured: no kernel is faster than the slower of its arithmetic and its memory.
public struct Peaks: Sendable {
  /// Arithmetic operations of single precision a second; a multiply-add counts as two.
  public let operationsPerSecond: Double
  /// Bytes that pass between processor and memory a second, read and written.
  public let bytesPerSecond: Double

  /// Measures both on `threads` threads; takes a second or two.
  public init(threads: Int) {
    operationsPerSecond = Self.multiplyAdds(threads)
    bytesPerSecond = Self.traffic(threads)
  }

  private static func multiplyAdds(_ threads: Int) -> Double {
    let rounds = 5_000_000
    var sink: Float = 0
    let operations = peaks_multiply_add(rounds, &sink)
    let seconds = shortestTime {
      DispatchQueue.concurrentPerform(iterations: threads) { _ in
        var sink: Float = 0
        _ = peaks_multiply_add(rounds, &sink)
      }
    }
    return operations * Double(threads) / seconds
  }

  /// Arrays of 128 MiB, which no cache holds.
  private static func traffic(_ threads: Int) -> Double {
    let part = (1 << 25) / threads
    let x = UnsafeMutablePointer<Float>.allocate(capacity: part * threads)
    let y = UnsafeMutablePointer<Float>.allocate(capacity: part * threads)
    defer {
      x.deallocate()
      y.deallocate()
    }
    x.initialize(repeating: 1, count: part * threads)
    y.initialize(repeating: 1, count: part * threads)
    let (source, target) = (UInt(bitPattern: x), UInt(bitPattern: y))
    let seconds = shortestTime {
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        let offset = UInt(thread * part * MemoryLayout<Float>.stride)
        peaks_add_scaled(
          part, 0.5, UnsafePointer(bitPattern: source + offset), UnsafeMutablePointer(bitPattern: target + offset))
      }
    }
    return Double(3 * part * threads * MemoryLayout<Float>.stride) / seconds
  }

  private static func shortestTime(_ work: () -> Void) -> Double {
    (0..<20).map { _ in ContinuousClock().measure(work) / .seconds(1) }.min() ?? .infinity
  }
}

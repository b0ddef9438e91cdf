import Synchronization

/// Recycles the memory of tensors by size.
///
/// A training step asks for the same sizes again and again, and the first touch of a fresh page costs more than the
/// arithmetic done on it. A released block waits in the list of its size class and is handed to the next request of
/// that class. Classes grow by steps of an eighth of a power of two, so at most 12.5 % of a block is unused.
///
/// Before fresh memory is asked for, waiting blocks go back to the system if more waits than is in use: the sizes of
/// training do not stay resident beside those of evaluation.
///
/// The pool changes no result: blocks come back with arbitrary contents, and every tensor initialises its elements.
/// It is safe to use from several threads. ``removeAll()`` gives waiting blocks back to the system.
public enum MemoryPool {
  /// What the pool did since the process began or ``resetStatistics()`` was called.
  public struct Statistics: Sendable, Hashable {
    /// Requests served by a waiting block.
    public var hits = 0
    /// Requests that needed fresh memory.
    public var misses = 0
    /// Bytes of blocks that wait for reuse.
    public var idleBytes = 0
    /// Bytes of blocks in use.
    public var liveBytes = 0
    /// The most bytes of blocks that were in use at once.
    public var peakLiveBytes = 0
  }

  /// Alignment of every block in bytes: a cache line, and a full AVX-512 register.
  public static let alignment = 64

  /// Counts of requests and bytes.
  public static var statistics: Statistics { state.withLock { $0.statistics } }

  /// Sets the counts of hits and misses to zero, and the peak to what is in use; the other byte counts stay.
  public static func resetStatistics() {
    state.withLock {
      $0.statistics.hits = 0
      $0.statistics.misses = 0
      $0.statistics.peakLiveBytes = $0.statistics.liveBytes
    }
  }

  /// Gives all waiting blocks back to the system.
  public static func removeAll() {
    let blocks = state.withLock { state in
      let blocks = state.idle.values.flatMap { $0 }
      state.idle.removeAll()
      state.statistics.idleBytes = 0
      return blocks
    }
    for block in blocks { unsafe block.address.deallocate() }
  }

  static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    let size = sizeClass(byteCount)
    let recycled = state.withLock { state -> Block? in
      state.statistics.liveBytes += size
      state.statistics.peakLiveBytes = max(state.statistics.peakLiveBytes, state.statistics.liveBytes)
      if let block = state.idle[size]?.popLast() {
        state.statistics.hits += 1
        state.statistics.idleBytes -= size
        return block
      }
      state.statistics.misses += 1
      return nil
    }
    if let recycled { return unsafe recycled.address }
    if size >= hugeBlock && statistics.idleBytes > statistics.liveBytes { removeAll() }
    return unsafe allocateFromSystem(byteCount: size)
  }

  static func deallocate(_ address: UnsafeMutableRawPointer, byteCount: Int) {
    let size = sizeClass(byteCount)
    let block = unsafe Block(address: address)
    state.withLock { state in
      state.idle[size, default: []].append(block)
      state.statistics.idleBytes += size
      state.statistics.liveBytes -= size
    }
  }

  /// The size of the block that serves a request: the next of the classes 8/8, 9/8, … 15/8 of a power of two.
  static func sizeClass(_ byteCount: Int) -> Int {
    guard byteCount > 512 else { return max(64, (byteCount + 63) / 64 * 64) }
    let step = 1 << (Int.bitWidth - 1 - (byteCount - 1).leadingZeroBitCount - 3)
    return (byteCount + step - 1) / step * step
  }

  @safe private struct Block: @unchecked Sendable {
    let address: UnsafeMutableRawPointer
  }

  private struct State {
    var idle: [Int: [Block]] = [:]
    var statistics = Statistics()
  }

  private static let state = Mutex(State())
}

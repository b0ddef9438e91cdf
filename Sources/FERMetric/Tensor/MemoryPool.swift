import Synchronization

/// Recycles the memory of tensors.
///
/// A training step asks for the same sizes again and again, and the first touch of a fresh page costs more than the
/// arithmetic done on it. A released block waits for the next request that it can serve.
///
/// A small block, of less than 512 KiB, waits in the list of its size class. Classes grow by steps of an eighth of a
/// power of two, so at most 12.5 % of a block is unused. A large block is cut from one region of addresses and joined
/// with its free neighbours when it is released: the pool grows to about what is in use at once, whatever the sizes are.
/// Where a program gets no such region (phones, `ulimit -v`), large blocks wait in lists as well.
///
/// Before fresh memory is taken for a large block, waiting blocks go back to the system if more waits than is in use:
/// the sizes of training do not stay resident beside those of evaluation.
///
/// The pool changes no result: blocks come back with arbitrary contents, and every tensor initialises its elements.
/// It is safe to use from several threads. ``removeAll()`` gives waiting blocks back to the system.
public enum MemoryPool {
  /// What the pool did since the process began or ``resetStatistics()`` was called.
  public struct Statistics: Sendable, Hashable {
    /// Requests served by waiting memory.
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
    state.withLock { $0.removeAll() }
  }

  static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    let size = blockSize(byteCount)
    let block = state.withLock { state -> Block? in
      let block = state.waitingBlock(size)
      if block == nil {
        state.statistics.misses += 1
      } else {
        state.statistics.hits += 1
        state.statistics.idleBytes -= size
      }
      state.statistics.liveBytes += size
      state.statistics.peakLiveBytes = max(state.statistics.peakLiveBytes, state.statistics.liveBytes)
      return block ?? state.freshBlock(size)
    }
    return unsafe block?.address ?? .allocate(byteCount: size, alignment: alignment)
  }

  static func deallocate(_ address: UnsafeMutableRawPointer, byteCount: Int) {
    let size = blockSize(byteCount)
    let block = unsafe Block(address: address)
    state.withLock { state in
      state.keep(block, size)
      state.statistics.liveBytes -= size
      state.statistics.idleBytes += size
    }
  }

  /// Blocks from this size on are large: 512 KiB.
  static let largeBlock = 512 << 10

  /// The size of the block that serves a request: the next of the classes 8/8, 9/8, … 15/8 of a power of two, or of the
  /// multiples that a region is cut into.
  static func blockSize(_ byteCount: Int) -> Int {
    guard byteCount > 512 else { return max(64, (byteCount + 63) / 64 * 64) }
    guard byteCount < largeBlock else { return MemoryRegion.size(byteCount) }
    let step = 1 << (Int.bitWidth - 1 - (byteCount - 1).leadingZeroBitCount - 3)
    return (byteCount + step - 1) / step * step
  }

  /// Which of the lists holds small blocks of this size: the multiples of 64 up to 512, then eight for each power of two, of
  /// which the first stays empty.
  private static func list(of size: Int) -> Int {
    guard size > 512 else { return size / 64 - 1 }
    let exponent = Int.bitWidth - 1 - size.leadingZeroBitCount
    return (exponent - 8) * 8 + ((size >> (exponent - 3)) & 7)
  }

  @safe private struct Block: @unchecked Sendable {
    let address: UnsafeMutableRawPointer
  }

  private struct State {
    /// Small blocks that wait, by their size class.
    var small: [[Block]] = Array(repeating: [], count: MemoryPool.list(of: MemoryPool.largeBlock))
    /// Large blocks of the system that wait, by their size.
    var large: [Int: [Block]] = [:]
    /// `nil` before the first large block, and where addresses cannot be reserved.
    var region: MemoryRegion?
    var isReserved = false
    var statistics = Statistics()

    mutating func waitingBlock(_ size: Int) -> Block? {
      guard size >= MemoryPool.largeBlock else { return small[MemoryPool.list(of: size)].popLast() }
      if !isReserved { (region, isReserved) = (MemoryRegion(), true) }
      if let address = unsafe region?.takeWaiting(size) { return unsafe Block(address: address) }
      return large[size]?.popLast()
    }

    /// A block of fresh memory of the region; `nil` if the system is to give one.
    mutating func freshBlock(_ size: Int) -> Block? {
      guard size >= MemoryPool.largeBlock else { return nil }
      if statistics.idleBytes > statistics.liveBytes { removeAll() }
      let waiting = region?.waitingBytes ?? 0
      guard let address = unsafe region?.takeFresh(size) else { return nil }
      // A part of it may have waited.
      statistics.idleBytes -= waiting - (region?.waitingBytes ?? 0)
      return unsafe Block(address: address)
    }

    mutating func keep(_ block: Block, _ size: Int) {
      if size < MemoryPool.largeBlock {
        small[MemoryPool.list(of: size)].append(block)
      } else if unsafe region?.contains(block.address) == true {
        unsafe region?.put(block.address, size: size)
      } else {
        large[size, default: []].append(block)
      }
    }

    mutating func removeAll() {
      for block in small.joined() { unsafe block.address.deallocate() }
      for block in large.values.joined() { unsafe block.address.deallocate() }
      for index in small.indices { small[index] = [] }
      large.removeAll()
      region?.giveBack()
      statistics.idleBytes = 0
    }
  }

  private static let state = Mutex(State())
}

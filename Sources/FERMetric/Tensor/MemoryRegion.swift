#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A range of addresses for large blocks, of which only what is in use or waits for reuse takes memory.
///
/// Blocks of any size are cut from it and joined again when they are free. What a training step has in use grows over
/// its forward pass and shrinks over its backward pass, with blocks of other sizes on the way up and down: a list for
/// each size would keep the most that was ever in use of that size, which is a fifth more than the most that is in use
/// at once for a ResNet-50.
///
/// Huge pages are asked for: with pages of 4 KiB the processor spends a noticeable part of a step on translating
/// addresses and on the first touch of each page.
struct MemoryRegion {
  /// Blocks begin at a multiple: 64 KiB, a page of every system or several.
  static let granule = 64 << 10
  /// What is asked for: 1 TiB. Where addresses are limited (`ulimit -v`) it is half of what is left, down to 2 GiB.
  private static let most = 1 << 40
  private static let least = 2 << 30
  /// Memory is made accessible by steps of 64 MiB, many huge pages of most systems.
  private static let step = 64 << 20

  private let base: UInt
  private let byteCount: Int
  private var accessibleCount = 0
  private var free: FreeParts

  /// Bytes of blocks that wait for reuse.
  var waitingBytes: Int { free.waitingBytes }

  /// Reserves addresses; `nil` if the system has none to give.
  init?() {
    // Others need addresses, too: of less than all that was asked for, half is left to them.
    guard Int.bitWidth >= 64, let (base, byteCount) = Self.reserve(Self.most) ?? Self.reserveHalf() else { return nil }
    (self.base, self.byteCount, free) = (base, byteCount, FreeParts(byteCount: byteCount))
  }

  private static func reserveHalf() -> (base: UInt, byteCount: Int)? {
    var half = most / 2
    while half >= least {
      if let both = reserve(2 * half) {
        release(both.base, 2 * half)
        return reserve(half)
      }
      half /= 2
    }
    return nil
  }

  /// The bytes that a block of so many takes.
  static func size(_ byteCount: Int) -> Int { (byteCount + granule - 1) / granule * granule }

  /// A block that waits for reuse, or a part of it.
  mutating func takeWaiting(_ size: Int) -> UnsafeMutableRawPointer? {
    guard let start = free.takeWaiting(size) else { return nil }
    return unsafe address(of: start)
  }

  /// A block that takes fresh memory; `nil` if no addresses are left.
  mutating func takeFresh(_ size: Int) -> UnsafeMutableRawPointer? {
    guard let start = free.takeAny(size) else { return nil }
    let missing = start + size - accessibleCount
    if missing > 0 {
      let whole = min((missing + Self.step - 1) / Self.step * Self.step, byteCount - accessibleCount)
      guard let more = [whole, missing].first(where: { Self.makeAccessible(base + UInt(accessibleCount), $0) }) else {
        fatalError("out of memory: the system refused \(missing) bytes more")
      }
      accessibleCount += more
    }
    return unsafe address(of: start)
  }

  /// Whether a block is of this region.
  func contains(_ address: UnsafeMutableRawPointer) -> Bool {
    let place = UInt(bitPattern: address)
    return place >= base && place - base < UInt(byteCount)
  }

  /// Takes a block back.
  mutating func put(_ address: UnsafeMutableRawPointer, size: Int) {
    free.put(Int(UInt(bitPattern: address) - base), byteCount: size)
  }

  /// Gives the memory of waiting blocks back to the system, and keeps their addresses.
  mutating func giveBack() {
    for part in free.refresh() { Self.giveBack(base + UInt(part.start), part.byteCount) }
  }

  private func address(of start: Int) -> UnsafeMutableRawPointer? {
    unsafe UnsafeMutableRawPointer(bitPattern: base + UInt(start))
  }

  // MARK: The system

  #if canImport(Glibc) || os(macOS)
    private static func map(_ address: UInt, _ byteCount: Int, _ protection: Int32, _ flags: Int32) -> UInt? {
      let start = unsafe UnsafeMutableRawPointer(bitPattern: address)
      guard let mapped = unsafe mmap(start, byteCount, protection, MAP_PRIVATE | MAP_ANON | flags, -1, 0),
        unsafe mapped != MAP_FAILED
      else { return nil }
      return UInt(bitPattern: mapped)
    }

    private static func reserve(_ byteCount: Int) -> (base: UInt, byteCount: Int)? {
      guard let base = map(0, byteCount, PROT_NONE, 0) else { return nil }
      #if canImport(Glibc)
        // Advice only: where the kernel has no huge pages, nothing changes.
        _ = unsafe madvise(UnsafeMutableRawPointer(bitPattern: base), byteCount, MADV_HUGEPAGE)
      #endif
      return (base, byteCount)
    }

    private static func release(_ address: UInt, _ byteCount: Int) {
      _ = unsafe munmap(UnsafeMutableRawPointer(bitPattern: address)!, byteCount)
    }

    private static func makeAccessible(_ address: UInt, _ byteCount: Int) -> Bool {
      unsafe mprotect(UnsafeMutableRawPointer(bitPattern: address), byteCount, PROT_READ | PROT_WRITE) == 0
    }

    private static func giveBack(_ address: UInt, _ byteCount: Int) {
      #if canImport(Glibc)
        _ = unsafe madvise(UnsafeMutableRawPointer(bitPattern: address), byteCount, MADV_DONTNEED)
      #else
        // Elsewhere, advice keeps pages resident until memory is short: new ones take their place.
        guard map(address, byteCount, PROT_READ | PROT_WRITE, MAP_FIXED) != nil else {
          fatalError("the system cannot take \(byteCount) bytes back")
        }
      #endif
    }
  #else
    // The pool keeps lists of large blocks, too.
    private static func reserve(_ byteCount: Int) -> (base: UInt, byteCount: Int)? { nil }
    private static func release(_ address: UInt, _ byteCount: Int) {}
    private static func makeAccessible(_ address: UInt, _ byteCount: Int) -> Bool { false }
    private static func giveBack(_ address: UInt, _ byteCount: Int) {}
  #endif
}

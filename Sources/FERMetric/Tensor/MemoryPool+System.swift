#if canImport(Glibc)
  import Glibc
#endif

extension MemoryPool {
  /// Blocks from this size on begin on a huge page and ask the kernel for huge pages: 4 MiB.
  ///
  /// Activations of a network are tens of megabytes; with pages of 4 KiB the processor spends a noticeable part of a
  /// step on translating addresses and on the first touch of each page.
  static let hugeBlock = 4 << 20
  private static let hugePage = 2 << 20

  /// Fresh memory from the system.
  static func allocateFromSystem(byteCount: Int) -> UnsafeMutableRawPointer {
    guard byteCount >= hugeBlock else {
      return UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: alignment)
    }
    let address = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: hugePage)
    #if canImport(Glibc)
      // Advice only: where the kernel has no huge pages, nothing changes.
      _ = unsafe madvise(address, byteCount, MADV_HUGEPAGE)
    #endif
    return unsafe address
  }
}

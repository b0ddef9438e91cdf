/// The memory behind a tensor: a block of the pool, owned and given back when the last tensor lets go.
@safe final class TensorStorage<Scalar: TensorScalar>: @unchecked Sendable {
  /// The first element. Contents are arbitrary until written.
  let base: UnsafeMutablePointer<Scalar>
  /// The number of elements.
  let count: Int

  init(count: Int) {
    self.count = count
    unsafe base = MemoryPool.allocate(byteCount: count * MemoryLayout<Scalar>.stride)
      .bindMemory(to: Scalar.self, capacity: max(1, count))
  }

  deinit {
    unsafe MemoryPool.deallocate(UnsafeMutableRawPointer(base), byteCount: count * MemoryLayout<Scalar>.stride)
  }
}

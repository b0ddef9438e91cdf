internal import CFERKernels

extension Span<Int32> {
  /// The largest number, where negative ones count as larger than all others.
  var largestUnsigned: UInt32 {
    unsafe fer_largest_class(count, address)
  }
}

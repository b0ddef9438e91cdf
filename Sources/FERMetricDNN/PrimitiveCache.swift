#if OneDNN && os(Linux)
  internal import CFERConvolution

  /// What oneDNN has prepared: machine code for each shape and thread count, and scratch memory.
  ///
  /// A shape that comes for the first time costs milliseconds, after that less than the kernel itself by orders of
  /// magnitude. The cache changes no result and is safe to use from several threads.
  public enum PrimitiveCache {
    /// The number of primitives kept.
    public static var count: Int { fer_dnn_cache_count() }

    /// Sets how many primitives are kept, 512 at first; beyond that the least recently used one goes.
    ///
    /// A training step of ResNet-50 uses about a hundred.
    ///
    /// - Precondition: `capacity` is not negative.
    public static func setCapacity(_ capacity: Int) {
      precondition(capacity >= 0, "a cache cannot hold \(capacity) primitives")
      fer_dnn_cache_set_capacity(capacity)
    }

    /// Releases all primitives and all scratch memory that no call is using.
    public static func removeAll() {
      fer_dnn_cache_empty()
    }
  }
#endif

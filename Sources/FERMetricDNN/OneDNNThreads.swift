#if OneDNN && os(Linux)
  internal import CFERConvolution

  /// The threads of oneDNN's kernels.
  package enum OneDNNThreads {
    /// How many threads the kernels use when they are issued from the calling thread.
    package static var count: Int { Int(fer_dnn_threads()) }
  }
#endif

#if OneDNN && os(Linux)
  internal import CFERConvolution
  public import FERMetric
  import FERMetricBLAS

  extension Backend {
    /// Convolution, batch normalization and pooling by oneDNN; matrix products and factorizations by OpenBLAS and LAPACKE,
    /// except for the tables of losses, which are oneDNN's products where it finds AVX-512.
    ///
    /// oneDNN computes these kernels for `Float` only. `Double` runs on the default kernels over OpenBLAS: the same
    /// results as ``/FERMetricBLAS/FERMetric/Backend/openBLAS``, and several times slower than `Float`.
    ///
    /// oneDNN's thread count belongs to the calling thread: issue all kernels of a run from one thread that called
    /// ``/FERMetric/Backend/prepareCallingThread(threads:)``. Results are the same from run to run for the same thread
    /// count, processor and library version. Prepared primitives are kept in ``PrimitiveCache``.
    ///
    /// Loops of losses share these threads. A thread that has not called
    /// ``/FERMetric/Backend/prepareCallingThread(threads:)`` starts as many as there are processors with the first loss
    /// that is large enough, and each calling thread has its own.
    ///
    /// NaN spreads through convolution and through normalization in training, as it does on the default kernels. Two
    /// kernels drop it: maximum pooling, where NaN never wins, and the ReLU of packed convolutions, which makes it zero.
    public static let oneDNN = Backend(
      name: "oneDNN", single: OneDNNKernels(), double: openBLAS.double, team: OneDNNThreads.team,
      prepareCallingThread: { threads in
        openBLAS.prepareCallingThread(threads: threads)
        check(fer_dnn_set_threads(Int32(threads)))
      })
  }
#endif

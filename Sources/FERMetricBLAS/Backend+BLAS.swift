#if canImport(Accelerate)
  public import FERMetric

  extension Backend {
    /// Matrix products by Accelerate.
    ///
    /// Accelerate decides itself how many threads it uses.
    public static let accelerate = Backend(
      name: "Accelerate", single: BLASKernels(routines: .single), double: BLASKernels(routines: .double))
  }
#elseif OpenBLAS
  internal import COpenBLAS
  public import FERMetric

  extension Backend {
    /// Matrix products by OpenBLAS and factorizations by LAPACKE; convolutions run as matrix products over patches.
    ///
    /// OpenBLAS keeps one thread count for the whole process.
    public static let openBLAS = Backend(
      name: "OpenBLAS", single: BLASKernels(routines: .single, lapack: .single),
      double: BLASKernels(routines: .double, lapack: .double),
      prepareCallingThread: { openblas_set_num_threads(Int32($0)) })
  }
#endif

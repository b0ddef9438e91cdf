#if Tool
  import FERMetric
  import FERMetricBLAS
  import FERMetricDNN

  extension Backend {
    /// The fastest backend that is compiled in.
    static var best: Backend {
      #if OneDNN && os(Linux)
        .oneDNN
      #elseif OpenBLAS && os(Linux)
        .openBLAS
      #elseif canImport(Accelerate)
        .accelerate
      #else
        .reference
      #endif
    }
  }
#endif

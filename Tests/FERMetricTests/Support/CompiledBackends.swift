import FERMetric

#if OpenBLAS || canImport(Accelerate)
  import FERMetricBLAS
#endif
#if OneDNN && os(Linux)
  import FERMetricDNN
#endif

extension Backend {
  /// Every backend that this build contains; suites run over all of them.
  static var compiled: [Backend] {
    var backends: [Backend] = [.reference]
    #if canImport(Accelerate)
      backends.append(.accelerate)
    #elseif OpenBLAS
      backends.append(.openBLAS)
    #endif
    #if OneDNN && os(Linux)
      backends.append(.oneDNN)
    #endif
    return backends
  }
}

import FERMetric

#if OpenBLAS || canImport(Accelerate)
  import FERMetricBLAS
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
    return backends
  }
}

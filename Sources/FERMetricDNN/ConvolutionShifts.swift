#if OneDNN && os(Linux)
  internal import CFERConvolution

  /// When a 3×3 convolution is computed by nine 1×1 convolutions over shifted maps.
  package enum ConvolutionShifts {
    /// Where oneDNN's own kernel for the shape is known to be slower.
    case whereTheyPay
    case never
    /// Wherever the shape allows it.
    case always

    /// Runs a body whose convolutions, as far as this thread issues them, are computed as chosen.
    package static func with<Result>(_ choice: ConvolutionShifts, _ body: () throws -> Result) rethrows -> Result {
      let before = fer_dnn_set_shifts(choice.code)
      defer { _ = fer_dnn_set_shifts(before) }
      return try body()
    }

    private var code: fer_dnn_shifts {
      switch self {
      case .whereTheyPay: fer_dnn_shifts_where_they_pay
      case .never: fer_dnn_shifts_never
      case .always: fer_dnn_shifts_always
      }
    }
  }
#endif

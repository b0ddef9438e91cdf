internal import FERMetric

/// The element types that weight files of this library hold.
public enum SafetensorsType: String, Sendable, Hashable, CaseIterable {
  /// 64-bit whole numbers.
  case i64 = "I64"
  /// Double precision.
  case f64 = "F64"
  /// Single precision.
  case f32 = "F32"
  /// The upper half of single precision.
  case bf16 = "BF16"
  /// Half precision.
  case f16 = "F16"

  /// The size of one element.
  public var byteCount: Int {
    switch self {
    case .i64, .f64: 8
    case .f32: 4
    case .bf16, .f16: 2
    }
  }

  /// Where tensors of this type stand in a file: the format's own library writes them in the order of the cases.
  var rank: Int { Self.allCases.firstIndex(of: self)! }

  /// The type that holds `Scalar` without loss.
  static func native<Scalar: TensorScalar>(to type: Scalar.Type) -> SafetensorsType {
    Scalar.significandBitCount > Float.significandBitCount ? .f64 : .f32
  }
}

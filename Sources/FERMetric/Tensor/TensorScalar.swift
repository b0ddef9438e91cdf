/// The element type of tensors, losses and networks: `Float` or `Double`, and nothing else.
///
/// What differs between the two, such as which kernels of a backend serve them, enters through requirements here;
/// no generic code asks for the type at run time.
public protocol TensorScalar: BinaryFloatingPoint, SIMDScalar, BitwiseCopyable, Codable, Sendable,
  LosslessStringConvertible
{
  /// The kernels of `backend` for this type.
  static func kernels(of backend: Backend) -> any NetworkKernels<Self>

  /// The vectorised loops of normalization and pooling for this type.
  static var networkLoops: NetworkLoops<Self> { get }

  /// eˣ by the C library.
  static func exponential(_ x: Self) -> Self

  /// ln x by the C library.
  static func logarithm(_ x: Self) -> Self

  /// ln(1 + x), accurate near zero, by the C library.
  static func logarithm(onePlus x: Self) -> Self

  /// tanh x by the C library.
  static func hyperbolicTangent(_ x: Self) -> Self

  /// The vectorised loops of losses and samplers for this type.
  static var metricKernels: MetricKernels<Self> { get }

  /// The vectorised loops over pairs of rows for this type.
  static var pairKernels: PairKernels<Self> { get }

  /// The vectorised losses over matrices of pairs for this type.
  static var pairLossKernels: PairLossKernels<Self> { get }

  /// The vectorised loops over the candidates and triplets of an anchor for this type.
  static var tripletKernels: TripletKernels<Self> { get }
}

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension Float: TensorScalar {
  /// The kernels of single precision.
  public static func kernels(of backend: Backend) -> any NetworkKernels<Float> { backend.single }
  /// eˣ, by the C library.
  public static func exponential(_ x: Float) -> Float { expf(x) }
  /// ln x, by the C library.
  public static func logarithm(_ x: Float) -> Float { logf(x) }
  /// ln(1 + x), by the C library.
  public static func logarithm(onePlus x: Float) -> Float { log1pf(x) }
  /// tanh x, by the C library.
  public static func hyperbolicTangent(_ x: Float) -> Float { tanhf(x) }
}

extension Double: TensorScalar {
  /// The kernels of double precision.
  public static func kernels(of backend: Backend) -> any NetworkKernels<Double> { backend.double }
  /// eˣ, by the C library.
  public static func exponential(_ x: Double) -> Double { exp(x) }
  /// ln x, by the C library.
  public static func logarithm(_ x: Double) -> Double { log(x) }
  /// ln(1 + x), by the C library.
  public static func logarithm(onePlus x: Double) -> Double { log1p(x) }
  /// tanh x, by the C library.
  public static func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
}

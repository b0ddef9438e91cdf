/// What the whole objective was worth, part by part.
public struct JointValue<Scalar: TensorScalar>: Sendable, Hashable {
  /// L
  public var total: Scalar = 0
  /// L_CE, or the classification loss in its place.
  public var crossEntropy: Scalar
  /// L_DML, before λ, and the figures that tell of collapse.
  public var metric: LossValue<Scalar>?
  /// η·(mean a − ρ)²
  public var regularization: Scalar = 0
}

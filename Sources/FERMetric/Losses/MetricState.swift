/// One named piece of state of a loss, a sampler or the centers, as checkpoints store it.
public enum MetricState<Scalar: TensorScalar>: Sendable, Equatable {
  /// Numbers: learned parameters and running records.
  case tensor(Tensor<Scalar>)
  /// Whole numbers: counters and generator states.
  case integers([UInt64])
}

/// Reads or replaces one piece of state. A checkpoint writer reads; a reader puts back what the file holds.
public typealias MetricStateVisitor<Scalar: TensorScalar> =
  (_ name: String, _ state: inout MetricState<Scalar>) throws -> Void

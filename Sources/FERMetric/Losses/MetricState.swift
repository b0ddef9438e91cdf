/// One named piece of state of a loss, a sampler or the centers, as checkpoints store it.
public enum MetricState<Scalar: TensorScalar>: Sendable, Equatable {
  /// Numbers: learned parameters and running records.
  case tensor(Tensor<Scalar>)
  /// Whole numbers: counters and generator states.
  case integers([UInt64])
}

/// Reads or replaces one piece of state. A checkpoint writer reads; a reader puts back what the file holds.
///
/// What is put back has to be of the kind and the size that was shown. Its values come from a file and may be anything:
/// those that nothing can go on from are brought into range, and never stop the program. Whoever reads a file notices
/// by a second visit, which then shows other values than those that were put back; a training refuses such a file.
public typealias MetricStateVisitor<Scalar: TensorScalar> =
  (_ name: String, _ state: inout MetricState<Scalar>) throws -> Void

extension UInt64 {
  /// A count that is put back: cut off far above what any training reaches, so that counting on does not overflow.
  var asCount: UInt64 { Swift.min(self, 1 << 62) }
}

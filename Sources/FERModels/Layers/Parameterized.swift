public import FERMetric

/// Anything that owns parameters: a layer, a block, a head, a model.
///
/// Names are relative to the visited value and follow torchvision (`layer1.0.conv1.weight`), so that weight files
/// need no map. The order of visits is fixed.
public protocol Parameterized<Scalar>: Sendable {
  associatedtype Scalar: TensorScalar

  /// Calls `visit` with each parameter and its name, in a fixed order; changes made to a parameter are kept.
  mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows

  /// Calls `visit` with each buffer and its name, in a fixed order; changes made to a buffer are kept.
  ///
  /// - Precondition: A changed buffer keeps its case and its shape.
  mutating func visitBuffers(_ visit: (_ name: String, _ buffer: inout Buffer<Scalar>) throws -> Void) rethrows
}

extension Parameterized {
  /// The default: there are no buffers.
  public mutating func visitBuffers(
    _ visit: (_ name: String, _ buffer: inout Buffer<Scalar>) throws -> Void
  ) rethrows {}

  /// Sets every gradient to zero.
  public mutating func clearGradients() {
    visitParameters { _, parameter in parameter.clearGradient() }
  }

  /// The number of trainable numbers.
  public var parameterCount: Int {
    var (copy, count) = (self, 0)
    copy.visitParameters { _, parameter in count += parameter.value.count }
    return count
  }

  /// Visits the parameters with `prefix` and a dot before their names.
  mutating func visitParameters(
    under prefix: String, _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try visitParameters { name, parameter in try visit(prefix + "." + name, &parameter) }
  }

  /// Visits the buffers with `prefix` and a dot before their names.
  mutating func visitBuffers(
    under prefix: String, _ visit: (_ name: String, _ buffer: inout Buffer<Scalar>) throws -> Void
  ) rethrows {
    try visitBuffers { name, buffer in try visit(prefix + "." + name, &buffer) }
  }
}

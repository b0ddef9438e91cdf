/// A loss over the cosines between embeddings and proxies.
///
/// Proxies are vectors that stand for classes: the batch's ``MetricBatch/centers``, `[C, D]`, or `[C·K, D]` for a loss
/// that keeps K of them for each class, one class after the other. Only directions count: embeddings and proxies are
/// divided by their lengths, and gradients by proxies are added to ``MetricGradients/centers``.
///
/// A loss of your own says what it makes of the cosines; lengths, products and gradients are done for it:
///
///     struct OwnCosine: ProxyLoss {                  // Σᵢ (1 − cos θ of the own proxy)
///       typealias Scalar = Float
///
///       func evaluate(
///         _ angles: ProxyAngles<Float>, slopes: inout MutableMatrixView<Float>
///       ) -> LossValue<Float> {
///         var value: Float = 0
///         for i in angles.labels.indices {
///           let own = angles.labels[i]
///           value += 1 - angles.cosines[i, own]
///           slopes[i, own] = -1
///         }
///         return LossValue(value: value)
///       }
///     }
///
/// ## Numerical behavior
/// A vector shorter than 10⁻¹² has no direction: its cosines are 0, and it gets no gradient. Lengths are summed in double
/// precision, so that no finite embedding overflows in single precision.
///
/// - SeeAlso: Docs/ProxyLosses.md for formulas, conventions and defaults.
public protocol ProxyLoss<Scalar>: MetricLoss {
  /// K, the number of proxies of each class; 1 by default.
  var proxiesPerClass: Int { get }

  /// What to do with samples that are not finite; strict by default.
  var nonFinite: NonFinitePolicy { get }

  /// Whether the loss reads ``ProxyAngles/ownSines``; not by default. K has to be 1.
  var readsSines: Bool { get }

  /// Computes the loss, after reduction, and its derivatives by the cosines.
  ///
  /// - Parameters:
  ///   - angles: Those of the samples that take part, of which there is at least one.
  ///   - slopes: `[n, C·K]`, zero at the start.
  /// - Returns: Value, samples in the order of the rows where the loss reports them, active share and margin. Figures
  ///   of distances and counts are filled in by the caller.
  func evaluate(_ angles: ProxyAngles<Scalar>, slopes: inout MutableMatrixView<Scalar>) -> LossValue<Scalar>

  /// Turns cosines `[n, C·K]` into the scores of classes `[n, C]` that the loss classifies by, without any margin.
  ///
  /// By default the cosines themselves, for a loss with one proxy for each class.
  func scores(ofCosines cosines: Tensor<Scalar>) -> Tensor<Scalar>
}

extension ProxyLoss {
  /// One.
  public var proxiesPerClass: Int { 1 }

  /// Strict.
  public var nonFinite: NonFinitePolicy { .strict }

  /// No.
  public var readsSines: Bool { false }

  /// The cosines themselves.
  public func scores(ofCosines cosines: Tensor<Scalar>) -> Tensor<Scalar> { cosines }

  /// Computes the loss and adds `weight` × gradient.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite; nothing has then been added.
  /// - Precondition: The batch has proxies as its centers, C·K of them, and labels lie in `0..<C`.
  /// - Complexity: O(B·C·K·D); memory comes from the pool.
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, accumulatingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    return try run(batch, weight: weight, &gradients, .added)
  }

  /// The same with gradients that are written: what the buffers hold is neither read nor kept. A loss that does more than
  /// ``evaluate(_:slopes:)`` in one of the two calls has to do it in both.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite.
  /// - Precondition: As above.
  /// - Complexity: O(B·C·K·D); memory comes from the pool.
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, writingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    return try run(batch, weight: weight, &gradients, .written)
  }

  /// The value alone; changes nothing.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite.
  public func value(for batch: MetricBatch<Scalar>) throws(MetricError) -> LossValue<Scalar> {
    var none = MetricGradients<Scalar>()
    return try run(batch, weight: 0, &none, .none)
  }

  /// The scores of classes, `[B, C]`, by which the loss classifies: the largest is the prediction.
  ///
  /// They hold no margin, which belongs to training.
  ///
  /// - Parameters:
  ///   - embeddings: `[B, D]`.
  ///   - proxies: `[C·K, D]`.
  /// - Precondition: Both have D columns, and the number of proxies is a multiple of K.
  /// - Complexity: O(B·C·K·D).
  public func logits(of embeddings: MatrixView<Scalar>, proxies: MatrixView<Scalar>) -> Tensor<Scalar> {
    checkProxies(proxies, dimension: embeddings.columns)
    return scores(ofCosines: CosineField(embeddings, rows: Array(0..<embeddings.rows), proxies: proxies).cosines)
  }

  /// The scores of classes over tensors.
  public func logits(of embeddings: Tensor<Scalar>, proxies: Tensor<Scalar>) -> Tensor<Scalar> {
    logits(of: embeddings.matrix, proxies: proxies.matrix)
  }
}

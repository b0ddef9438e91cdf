/// The angles θ between the samples of a batch that take part and its proxies, as a ``ProxyLoss`` reads them; borrowed.
public struct ProxyAngles<Scalar: TensorScalar>: ~Escapable, Sendable {
  /// cos θ, `[n, C·K]`, in −1…1 but for rounding.
  public let cosines: MatrixView<Scalar>
  /// `[n]`, each in `0..<C`.
  public let labels: Span<Int>
  /// sin θ of the own proxy, `[n]`, for a loss that asks for it. It comes from sums and differences of directions, so
  /// that small angles keep the digits that the cosine has lost.
  public let ownSines: Span<Scalar>?

  @_lifetime(copy cosines, copy labels, copy ownSines)
  init(cosines: MatrixView<Scalar>, labels: Span<Int>, ownSines: Span<Scalar>?) {
    self.cosines = cosines
    self.labels = labels
    self.ownSines = ownSines
  }
}

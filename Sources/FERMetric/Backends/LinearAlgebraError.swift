/// Why a factorization failed on its values.
@nonexhaustive
public enum LinearAlgebraError: Error, Hashable, Sendable {
  /// The matrix is not positive definite: the leading minor of this order is not positive.
  case notPositiveDefinite(order: Int)
  /// The iteration of the named routine did not converge.
  case notConverged(routine: String)
  /// The matrix holds NaN or an infinity.
  case notFinite(routine: String)
}

extension LinearAlgebraError: CustomStringConvertible {
  /// What went wrong, as a sentence.
  public var description: String {
    switch self {
    case .notPositiveDefinite(let order):
      "the matrix is not positive definite: its leading minor of order \(order) is not positive; add a multiple of the identity"
    case .notConverged(let routine):
      "\(routine) did not converge; scale the matrix or check its condition"
    case .notFinite(let routine):
      "\(routine) was given a matrix with NaN or infinity"
    }
  }
}

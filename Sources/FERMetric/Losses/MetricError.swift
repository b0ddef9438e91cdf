/// Which part of a loss's input an error speaks of.
public enum MetricRole: String, Sendable, Hashable, Codable {
  case embeddings, inclusion, centers, margins, weights, references, logits, targets
}

/// What can be wrong with the numbers that a loss is given.
///
/// Wrong sizes and labels are the caller's mistakes and trap; numbers that are not finite happen in training and throw.
@nonexhaustive public enum MetricError: Error, Sendable, Hashable {
  /// A NaN or an infinity. For centers, `row` is the class; otherwise it is the sample.
  case nonFinite(MetricRole, row: Int, column: Int)
  /// A matrix that the loss keeps, such as a covariance, cannot be factorized.
  case factorization(LinearAlgebraError)
}

extension MetricError: CustomStringConvertible {
  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .nonFinite(.centers, let row, let column):
      "the center of class \(row) is not finite in coordinate \(column); lower the centers' learning rate"
    case .factorization(let error):
      "the loss's record cannot be factorized: \(error)"
    case .nonFinite(let role, let row, let column):
      "\(role.rawValue) are not finite in row \(row), column \(column); lower the learning rate, or choose the lenient "
        + "policy to leave such samples out"
    }
  }
}

/// What the registry says of a loss: where it comes from, which reading it has, and what it was checked against.
///
///     for name in LossName.allCases { print(name.rawValue, name.entry.source) }      // fer losses
public struct LossEntry: Codable, Hashable, Sendable {
  /// The Swift expression that makes the loss with its defaults.
  public let type: String
  /// The publication or public code that the loss comes from.
  public let source: String
  /// What is particular to the reading; the pages in Docs say more.
  public let reading: String
  /// What values and gradients are compared with.
  public let checkedAgainst: Reference

  /// What values and gradients are compared with.
  public enum Reference: String, Codable, Sendable, CaseIterable {
    /// pytorch-metric-learning.
    case peer = "pytorch-metric-learning"
    /// The published formulas written out in PyTorch and differentiated by it.
    case formulas = "formulas in PyTorch"
    /// PyTorch's own function.
    case pyTorch = "PyTorch"
  }

  init(_ type: String, _ source: String, _ reading: String, _ checkedAgainst: Reference = .formulas) {
    self.type = type
    self.source = source
    self.reading = reading
    self.checkedAgainst = checkedAgainst
  }
}

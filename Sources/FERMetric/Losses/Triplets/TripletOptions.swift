/// The options of ``TripletLoss``: one place for each choice that the sources make differently.
public struct TripletOptions: Sendable, Hashable, Codable {
  /// Which triplets are looked at.
  public var choice: TripletChoice = .semihard(fallback: .farthest)
  /// How two distances become a loss.
  public var form: TripletForm = .hinge(margin: 0.2)
  /// How distances are measured.
  public var distance: TripletDistance = .faceNet
  /// Which negatives the anchor's identity admits.
  public var identities: IdentityPolicy = .ignore
  /// How triplets are put together.
  public var reduction: TripletReduction = .mean
  /// What to do with samples that are not finite.
  public var nonFinite: NonFinitePolicy = .strict

  /// Creates FaceNet's reading.
  public init() {}

  /// Why this combination has no meaning, in a sentence, or `nil` if it has one.
  public var objection: String? {
    if !form.margin.isFinite { return "the margin has to be a number, not \(form.margin)" }
    if case .hardest(let count, _) = choice, count < 1 {
      return "an anchor has at least one hardest positive and negative, not \(count)"
    }
    guard case .lossless(let beta) = form else { return nil }
    if distance.measure != .squared { return "the lossless form takes squared distances, which the dimension bounds" }
    if distance.space == .normalized {
      return "the lossless form takes coordinates in 0…1: squash them, or let the network's last layer do so"
    }
    if let beta, !(beta > 0 && beta.isFinite) { return "β has to be a positive number, not \(beta)" }
    return nil
  }
}

/// What makes a training collapse, as far as its figures tell.
@nonexhaustive
public enum CollapseCause: String, Sendable, Hashable, Codable, CaseIterable {
  /// The gradient of the margin reaches the inclusion weights and pushes all of them to zero.
  case attachedMargin
  /// Inclusion weights vanish though no margin pushes them: nearly everywhere the negative center is the nearer one.
  case exclusion
  /// The centers start in one place.
  case equalCenters
  /// The centers have run together.
  case mergedCenters
  /// Some centers neither move nor attract their classes.
  case deadCenters
  /// Some classes have had no example for long.
  case absentClasses
  /// Losses or embeddings grow instead of settling.
  case excessiveRate
  /// The embeddings have run together, and the loss stays at its margin.
  case equalEmbeddings
  /// The embeddings lie on a line.
  case lowRank
  /// Distances vanish against the margin because embeddings and centers are small.
  case smallEmbeddings

  /// What goes on, in a clause.
  public var explanation: String {
    switch self {
    case .attachedMargin:
      "the gradient of the margin pushes every inclusion weight to zero, because a smaller margin is a smaller loss"
    case .exclusion:
      "the attention excludes nearly everything, because the negative centers are nearer than the own ones"
    case .equalCenters: "the centers are equal, so that positive and negative distances cancel and nothing is learned"
    case .mergedCenters: "the centers have run together, so that positive and negative distances cancel"
    case .deadCenters: "centers do not move and are not the nearest to their own classes"
    case .absentClasses: "classes have had no example for long, and their centers are only pushed"
    case .excessiveRate: "losses or embeddings grow far beyond their start, as with a learning rate that is too large"
    case .equalEmbeddings: "the embeddings have run together, which makes every distance zero and the loss its margin"
    case .lowRank: "the embeddings vary along one direction only, which does not hold three classes apart"
    case .smallEmbeddings: "embeddings and centers are so small that the squash does not bend and distances vanish"
    }
  }

  /// What to do, in a clause.
  public var remedy: String {
    switch self {
    case .attachedMargin: "detach the margin's gradient (the default), or add an AttentionRegularizer"
    case .exclusion: "lower the attention's rate, start with an inclusion bias, or add an AttentionRegularizer"
    case .equalCenters:
      "draw the centers, as ClassCenters(classes:dimension:seed:) does, instead of starting with zeros"
    case .mergedCenters: "lower the centers' rate, or give the classification loss more weight"
    case .deadCenters: "start the centers at the classes' means, or give them a larger rate"
    case .absentClasses: "choose batches by BatchComposition.perClass, or leave the classes out"
    case .excessiveRate: "lower the learning rate, that of the centers, or the metric loss's weight"
    case .equalEmbeddings: "lower the rate or the metric loss's weight, or begin with easier negatives"
    case .lowRank: "lower the metric loss's weight, or give the classification loss more"
    case .smallEmbeddings: "raise squashScale, or normalize the embeddings"
    }
  }
}

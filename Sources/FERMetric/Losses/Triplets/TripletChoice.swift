/// Which triplets of a batch a loss looks at.
///
/// The choice is a constant for the gradient, and ties go to the lowest index. Anchors without any positive or without
/// any negative form no triplet.
public enum TripletChoice: Sendable, Hashable, Codable {
  /// Every anchor with every positive and every negative.
  case all
  /// Every anchor with every positive, and of the negatives farther than the positive the nearest one; the fallback says
  /// what happens where there is none.
  case semihard(fallback: SemihardFallback)
  /// For every anchor its `count` farthest positives and its `count` nearest negatives. One of each is batch-hard.
  case hardest(count: Int, pairing: HardestPairing)

  /// Batch-hard: the farthest positive and the nearest negative.
  public static var hardest: TripletChoice { .hardest(count: 1, pairing: .ranked) }
}

/// The negative of a pair whose negatives are all as near as its positive, or nearer.
public enum SemihardFallback: String, Sendable, Hashable, Codable, CaseIterable {
  /// The farthest negative, as TensorFlow's code does.
  case farthest
  /// The nearest negative, the hardest.
  case nearest
  /// The pair is left out.
  case skip
}

/// How an anchor's hardest positives and hardest negatives become triplets.
public enum HardestPairing: String, Sendable, Hashable, Codable, CaseIterable {
  /// The farthest positive with the nearest negative, the second with the second, and so on while there are both.
  case ranked
  /// Each with each.
  case every
}

/// Which negatives the anchor's identity admits.
///
/// A negative that shows the anchor's own person differs from it by the expression alone.
public enum IdentityPolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// Identities are not looked at.
  case ignore
  /// The anchor's identity where it shows another class in the batch, else everybody.
  case prefer
  /// The anchor's identity only.
  case require
  /// Everybody else only.
  case exclude
}

/// How triplets are put together.
public enum TripletReduction: String, Sendable, Hashable, Codable, CaseIterable {
  /// The mean over all triplets.
  case mean
  /// The mean over triplets whose loss is positive.
  case meanOfPositive
  /// The sum.
  case sum
}

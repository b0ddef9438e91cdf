/// What a share measured on so many pictures says about the share itself: Wilson's interval.
///
/// Of n pictures k were recognised. With z the normal quantile of the confidence, p = k/n,
///
///     center = (p + z²/2n) / (1 + z²/n),   half width = z/(1 + z²/n) · √(p(1 − p)/n + z²/4n²)
///
/// The interval speaks of the pictures alone: which of them happen to be in the test set. It says nothing of how a
/// result varies with the seed of the training, which comes on top.
///
///     BinomialInterval(successes: 560, trials: 700)   // 0.800, 0.769 ... 0.828
///
/// - SeeAlso: E. B. Wilson, *Probable inference, the law of succession, and statistical inference*, JASA 22, 1927.
public struct BinomialInterval: Hashable, Sendable {
  /// The measured share.
  public let share: Double
  /// The lower end.
  public let lowerBound: Double
  /// The upper end.
  public let upperBound: Double

  /// Creates the interval.
  ///
  /// - Parameters:
  ///   - successes: How many succeeded.
  ///   - trials: Out of how many.
  ///   - quantile: The normal quantile; 1.96 stands for 95 % confidence.
  /// - Precondition: `trials` is positive and `successes` lies in `0...trials`.
  public init(successes: Int, trials: Int, quantile: Double = 1.959_963_984_540_054) {
    precondition(trials > 0, "an interval needs at least one trial, not \(trials)")
    precondition((0...trials).contains(successes), "\(successes) successes of \(trials) trials are impossible")
    let n = Double(trials)
    let share = Double(successes) / n
    let square = quantile * quantile / n
    let center = (share + square / 2) / (1 + square)
    let half = quantile / (1 + square) * (share * (1 - share) / n + square / (4 * n)).squareRoot()
    self.share = share
    lowerBound = max(0, center - half)
    upperBound = min(1, center + half)
  }

  /// The smallest difference of two shares near `share`, each on `trials` pictures, that z = `quantile` distinguishes:
  /// z·√(2p(1 − p)/n).
  ///
  /// Two models judged on the same pictures can be told apart a little earlier, by the pictures on which they differ.
  public static func detectableDifference(
    share: Double, trials: Int, quantile: Double = 1.959_963_984_540_054
  ) -> Double {
    precondition(trials > 0, "a difference needs at least one trial, not \(trials)")
    return quantile * (2 * share * (1 - share) / Double(trials)).squareRoot()
  }
}

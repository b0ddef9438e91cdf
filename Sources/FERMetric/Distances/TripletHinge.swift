/// The hinge over triplets by squared Euclidean distances or their roots, each triplet with a factor.
///
///     Σ over t of wₜ·max(0, d(a, p) − d(a, n) + m) ;   subgradient 0 at 0
struct TripletHinge<Scalar: TensorScalar> {
  let margin: Scalar
  let power: DistancePower

  /// What a pass saw, over all triplets.
  struct Outcome {
    /// Each triplet's hinge, before its factor.
    var hinges: [Scalar] = []
    /// The sum of the hinges times their factors.
    var loss = 0.0
    var activeCount = 0
    /// Sums of squared distances.
    var positive = 0.0, negative = 0.0
    /// Derivatives by the squared distances.
    var slopes = ListedSlopes<Scalar>()
  }

  /// Runs a pass over triplets whose squared distances are known.
  ///
  /// - Parameters:
  ///   - near: The squares between anchors and positives, one for each triplet.
  ///   - far: Those between anchors and negatives.
  ///   - factors: w for each triplet; `nil` for ones.
  ///   - scale: Multiplies the derivatives.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func run(
    _ triplets: [SampleTriplet], near: [Scalar], far: [Scalar], factors: [Scalar]? = nil, scale: Scalar
  ) -> Outcome {
    var outcome = Outcome()
    outcome.hinges.reserveCapacity(triplets.count)
    var (rows, columns, slopes): ([Int32], [Int32], [Scalar]) = ([], [], [])
    for (place, triplet) in triplets.enumerated() {
      outcome.positive += Double(near[place])
      outcome.negative += Double(far[place])
      let (positive, negative) = (power.value(ofSquare: near[place]), power.value(ofSquare: far[place]))
      let hinge = max(0, positive - negative + margin)
      outcome.hinges.append(hinge)
      guard hinge > 0 else { continue }
      let factor = factors?[place] ?? 1
      outcome.activeCount += 1
      outcome.loss += Double(factor * hinge)
      rows += [Int32(triplet.anchor), Int32(triplet.anchor)]
      columns += [Int32(triplet.positive), Int32(triplet.negative)]
      slopes += [
        scale * factor * power.slope(ofValue: positive), -scale * factor * power.slope(ofValue: negative),
      ]
    }
    outcome.slopes.append(rows: rows, columns: columns, slopes: slopes)
    return outcome
  }
}

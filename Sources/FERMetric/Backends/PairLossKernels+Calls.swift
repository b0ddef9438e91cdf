internal import CFERKernels

/// One of the losses that the kernels know, with its numbers.
enum PairLossForm {
  case contrastive(positiveMargin: Double, negativeMargin: Double)
  case multiSimilarity(alpha: Double, beta: Double, base: Double)
  case supervisedContrast(temperature: Double)
  case normalizedTemperature(temperature: Double)
  case circle(relaxation: Double, scale: Double)
}

/// What a kernel summed: losses and how many are positive, for negative pairs apart where they differ.
struct PairLossSums {
  var loss, active, otherLoss, otherActive: Double
}

/// What is known of the pairs before any loss.
struct PairSurvey {
  var positives, negatives, positiveDistance, negativeDistance: Double
  var anchors: Int
}

extension PairLossKernels {
  /// Counts pairs and sums their distances.
  func survey(_ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>) -> PairSurvey {
    var none: MutableMatrixView<Scalar>?
    return unsafe withPairs(distances, relations, sign: 1, onlyPositive: false, gradient: &none) { pairs in
      let survey = unsafe self.survey(pairs)
      return PairSurvey(
        positives: survey.positives, negatives: survey.negatives, positiveDistance: survey.positive_distance,
        negativeDistance: survey.negative_distance, anchors: survey.anchors)
    }
  }

  /// Sums a loss and adds the gradient of the sum.
  func run(
    _ form: PairLossForm, _ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>, isSimilarity: Bool,
    onlyPositive: Bool, gradient: inout MutableMatrixView<Scalar>?
  ) -> PairLossSums {
    unsafe withPairs(
      distances, relations, sign: isSimilarity ? -1 : 1, onlyPositive: onlyPositive, gradient: &gradient
    ) { pairs in
      let outcome =
        switch form {
        case .contrastive(let positive, let negative): unsafe contrastive(pairs, positive, negative)
        case .multiSimilarity(let alpha, let beta, let base): unsafe multiSimilarity(pairs, alpha, beta, base)
        case .supervisedContrast(let temperature): unsafe supervisedContrast(pairs, temperature)
        case .normalizedTemperature(let temperature): unsafe normalizedTemperature(pairs, temperature)
        case .circle(let relaxation, let scale): unsafe circle(pairs, relaxation, scale)
        }
      return PairLossSums(
        loss: outcome.loss, active: outcome.active, otherLoss: outcome.other_loss, otherActive: outcome.other_active)
    }
  }

  /// Sums a loss over all triplets whose gap lies in an interval that contains its upper bound only.
  func runTriplets(
    _ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>, isSimilarity: Bool, margin: Double,
    isSmooth: Bool, swaps: Bool, gaps: (above: Double, upTo: Double), gradient: inout MutableMatrixView<Scalar>?
  ) -> (loss: Double, active: Double, count: Double) {
    unsafe withPairs(
      distances, relations, sign: isSimilarity ? -1 : 1, onlyPositive: false, gradient: &gradient
    ) { pairs in
      let sums = unsafe allTriplets(pairs, margin, isSmooth, swaps, gaps.above, gaps.upTo, nil, 0)
      return (sums.loss, sums.active, sums.count)
    }
  }

  /// The same over triplets that a miner chooses by gaps of another matrix.
  func runTriplets(
    _ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>, isSimilarity: Bool, margin: Double,
    isSmooth: Bool, swaps: Bool, choice: GapChoice<Scalar>, gradient: inout MutableMatrixView<Scalar>?
  ) -> (loss: Double, active: Double, count: Double) {
    let (gaps, judged) = (choice.miner.gaps, choice.distances)
    precondition(
      judged.shape == [distances.rows, distances.columns],
      "a choice by a matrix \(judged.shape) does not fit a matrix \(distances.rows)×\(distances.columns)")
    defer { withExtendedLifetime(judged) {} }
    return unsafe withPairs(
      distances, relations, sign: isSimilarity ? -1 : 1, onlyPositive: false, gradient: &gradient
    ) { pairs in
      let sums = unsafe allTriplets(
        pairs, margin, isSmooth, swaps, gaps.above, gaps.upTo, judged.span.address,
        choice.miner.distance.isSimilarity ? -1 : 1)
      return (sums.loss, sums.active, sums.count)
    }
  }

  /// Multiplies positive elements by one factor and all others by another.
  func scaleSigns(_ matrix: inout MutableMatrixView<Scalar>, positive: Scalar, negative: Scalar) {
    unsafe scaleSigns(matrix.elements.count, positive, negative, matrix.elements.address)
  }

  private func withPairs<Result>(
    _ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>, sign: Double, onlyPositive: Bool,
    gradient: inout MutableMatrixView<Scalar>?, _ body: (UnsafePointer<fer_pairs>) -> Result
  ) -> Result {
    let (rows, others) = (distances.rows, distances.columns)
    precondition(
      relations.rows == rows && relations.columns == others,
      "relations of \(relations.rows)×\(relations.columns) pairs do not fit a matrix \(rows)×\(others)")
    var scratch = Tensor<Scalar>(uninitialized: [7, others])
    var indices = [Int](repeating: 0, count: others)
    var space = scratch.mutableSpan
    var places = indices.mutableSpan
    let matrix = relations.matrix
    let relationAddress = unsafe matrix?.span.address
    var pairs = unsafe fer_pairs()
    unsafe pairs.rows = rows
    unsafe pairs.others = others
    unsafe pairs.distances = UnsafeRawPointer(distances.elements.address)
    unsafe pairs.sign = sign
    unsafe pairs.labels = relations.labels.span.address
    unsafe pairs.other_labels = relations.otherLabels.span.address
    unsafe pairs.own = relations.own?.span.address
    unsafe pairs.relations = UnsafeRawPointer(relationAddress)
    unsafe pairs.only_positive = onlyPositive
    unsafe pairs.scratch = UnsafeMutableRawPointer(space.address)
    unsafe pairs.indices = places.address
    unsafe pairs.gradient = UnsafeMutableRawPointer(gradient?.elements.address)
    defer { withExtendedLifetime((relations, matrix)) {} }
    return unsafe body(&pairs)
  }
}

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
    let parts = Self.parts(of: distances)
    return unsafe withPairs(
      distances, relations, sign: 1, onlyPositive: false, parts: parts, gradient: &none
    ) { pairs in
      let found = unsafe inParts(parts, of: pairs.pointee, fer_pair_survey()) { part in unsafe self.survey(part) }
      return found.reduce(
        into: PairSurvey(positives: 0, negatives: 0, positiveDistance: 0, negativeDistance: 0, anchors: 0)
      ) { sum, survey in
        sum.positives += survey.positives
        sum.negatives += survey.negatives
        sum.positiveDistance += survey.positive_distance
        sum.negativeDistance += survey.negative_distance
        sum.anchors += survey.anchors
      }
    }
  }

  /// Sums a loss and adds the gradient of the sum.
  func run(
    _ form: PairLossForm, _ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>, isSimilarity: Bool,
    onlyPositive: Bool, gradient: inout MutableMatrixView<Scalar>?
  ) -> PairLossSums {
    let parts = Self.parts(of: distances)
    return unsafe withPairs(
      distances, relations, sign: isSimilarity ? -1 : 1, onlyPositive: onlyPositive, parts: parts, gradient: &gradient
    ) { pairs in
      let found = unsafe inParts(parts, of: pairs.pointee, fer_pair_outcome()) { part in
        switch form {
        case .contrastive(let positive, let negative): unsafe contrastive(part, positive, negative)
        case .multiSimilarity(let alpha, let beta, let base): unsafe multiSimilarity(part, alpha, beta, base)
        case .supervisedContrast(let temperature): unsafe supervisedContrast(part, temperature)
        case .normalizedTemperature(let temperature): unsafe normalizedTemperature(part, temperature)
        case .circle(let relaxation, let scale): unsafe circle(part, relaxation, scale)
        }
      }
      return found.reduce(into: PairLossSums(loss: 0, active: 0, otherLoss: 0, otherActive: 0)) { sum, outcome in
        sum.loss += outcome.loss
        sum.active += outcome.active
        sum.otherLoss += outcome.other_loss
        sum.otherActive += outcome.other_active
      }
    }
  }

  /// Sums a loss over all triplets whose gap lies in an interval that contains its upper bound only.
  func runTriplets(
    _ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>, isSimilarity: Bool, margin: Double,
    isSmooth: Bool, swaps: Bool, gaps: (above: Double, upTo: Double), gradient: inout MutableMatrixView<Scalar>?
  ) -> (loss: Double, active: Double, count: Double) {
    unsafe withPairs(
      distances, relations, sign: isSimilarity ? -1 : 1, onlyPositive: false, parts: 1, gradient: &gradient
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
      distances, relations, sign: isSimilarity ? -1 : 1, onlyPositive: false, parts: 1, gradient: &gradient
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

  /// Rows of `others` numbers that a kernel works in.
  private static var scratchRows: Int { 7 }

  /// Into how many parts the rows of a matrix are cut. It follows from the matrix alone, so that sums over parts are the
  /// same on any number of threads.
  private static func parts(of matrix: MatrixView<Scalar>) -> Int {
    max(1, min(matrix.rows * matrix.columns >> 13, matrix.rows, 32))
  }

  /// What a kernel finds in each part of the rows, on all threads of the current backend.
  private func inParts<Sums>(
    _ parts: Int, of pairs: fer_pairs, _ empty: Sums, _ run: (UnsafePointer<fer_pairs>) -> Sums
  ) -> [Sums] {
    var found = [Sums](repeating: empty, count: parts)
    unsafe found.withUnsafeMutableBufferPointer { found in
      nonisolated(unsafe) let (pairs, found, run) = unsafe (pairs, found, run)
      let size = unsafe pairs.others * MemoryLayout<Scalar>.stride
      ThreadTeam.current.forEachPart(of: unsafe pairs.rows, parts: parts) { index, rows in
        var part = unsafe pairs
        unsafe part.rows = rows.count
        unsafe part.distances += rows.lowerBound * size
        unsafe part.labels += rows.lowerBound
        unsafe part.own? += rows.lowerBound
        unsafe part.relations? += rows.lowerBound * size
        unsafe part.scratch += index * Self.scratchRows * size
        unsafe part.gradient? += rows.lowerBound * size
        unsafe found[index] = run(&part)
      }
    }
    return found
  }

  private func withPairs<Result>(
    _ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>, sign: Double, onlyPositive: Bool, parts: Int,
    gradient: inout MutableMatrixView<Scalar>?, _ body: (UnsafePointer<fer_pairs>) -> Result
  ) -> Result {
    let (rows, others) = (distances.rows, distances.columns)
    precondition(
      relations.rows == rows && relations.columns == others,
      "relations of \(relations.rows)×\(relations.columns) pairs do not fit a matrix \(rows)×\(others)")
    var scratch = Tensor<Scalar>(uninitialized: [parts, Self.scratchRows, others])
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

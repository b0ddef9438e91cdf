import FERMetric
import Testing

/// All pairs of rows, against pytorch-metric-learning, difference quotients and hand-computed values.
@Suite struct PairwiseDistanceTests {
  static func distances<Scalar: TensorScalar>(_: Scalar.Type) -> [String: PairwiseDistance<Scalar>] {
    [
      "euclidean.unit": .lp(), "euclidean": .euclidean, "squared.unit": .lp(power: 2), "squared": .squaredEuclidean,
      "manhattan.unit": .lp(1), "manhattan": .lp(1, normalized: false),
      "manhattan.squared": .lp(1, power: 2, normalized: false), "cubic.unit": .lp(3),
      "cubic": .lp(3, normalized: false), "cosine": .cosine, "dot": .dotProduct(normalized: false),
      "dot.unit": .dotProduct(), "noise.unit": .signalToNoise(), "noise": .signalToNoise(normalized: false),
      "chi": .chiSquared(),
    ]
  }

  private func magnitudes<Scalar>(_ x: Tensor<Scalar>, for name: String) -> Tensor<Scalar> {
    name == "chi" ? x.map { $0.magnitude } : x
  }

  /// Compares matrices and gradients with the golden file.
  private func compare<Scalar: TensorScalar>(_: Scalar.Type, within bound: Double) throws {
    let golden = try GoldenFile("Pairs/distances.safetensors")
    let distances = Self.distances(Scalar.self)
    var compared = Set<String>()
    for entry in golden.names where entry.hasSuffix("/matrix") {
      let parts = entry.split(separator: "/").map(String.init)
      let (group, name) = (parts[0], parts[1])
      let distance = try #require(distances[name])
      compared.insert(name)
      let x = magnitudes(try golden.tensor(group + "/x") as Tensor<Scalar>, for: name)
      let y = magnitudes(try golden.tensor(group + "/y") as Tensor<Scalar>, for: name)
      let cross: Tensor<Scalar> = try golden.tensor(group + "/cross")
      let own: Tensor<Scalar> = try golden.tensor(group + "/own")
      // A term of the gradient of a unit row is of the size of 1/‖x‖, also where the terms cancel.
      let norms = (0..<x.shape[0]).map { i in
        x.array[i * x.shape[1]..<(i + 1) * x.shape[1]].reduce(0) { $0 + Double($1 * $1) }.squareRoot()
      }
      let floor = distance.isNormalized ? 1 / (norms.min() ?? 1) : 1e-2
      func check(_ actual: Tensor<Scalar>, _ part: String) throws {
        let difference = relativeDifference(actual, try golden.tensor("\(group)/\(name)/\(part)"), floor: floor)
        #expect(difference <= bound, "\(group)/\(name)/\(part)")
      }
      let matrix = distance(x.matrix, y.matrix)
      var (dx, dy) = (Tensor<Scalar>(zeros: x.shape), Tensor<Scalar>(zeros: y.shape))
      var sink = dx.mutableMatrix
      distance.accumulateGradient(
        cross.matrix, distances: matrix.matrix, of: x.matrix, against: y.matrix, into: &sink)
      var reference = dy.mutableMatrix
      distance.accumulateReferenceGradient(
        cross.matrix, distances: matrix.matrix, of: x.matrix, against: y.matrix, into: &reference)
      let square = distance(x.matrix)
      var among = Tensor<Scalar>(zeros: x.shape)
      var target = among.mutableMatrix
      distance.accumulateGradient(own.matrix, distances: square.matrix, of: x.matrix, into: &target)
      try check(matrix, "matrix")
      try check(dx, "dx")
      try check(dy, "dy")
      try check(square, "square")
      try check(among, "dsquare")
    }
    #expect(compared == Set(distances.keys))
  }

  @Test func goldenInDouble() throws { try compare(Double.self, within: 1e-12) }
  @Test func goldenInFloat() throws { try compare(Float.self, within: 1e-5) }

  /// A pair of rows that nearly coincide keeps its digits, and a row's distance to itself is 0.
  @Test func nearRowsKeepTheirDigits() {
    let x = Tensor<Float>([1e4, 1e4, 1e4, 1e4 + 0.0009765625], shape: [2, 2])
    let matrix = PairwiseDistance<Float>.euclidean(x.matrix)
    #expect(matrix.array == [0, 0.0009765625, 0.0009765625, 0])
    #expect(PairwiseDistance<Float>.euclidean(x.matrix, x.matrix) == matrix)
  }

  /// Gradients at distance 0, of rows of zeros and of anchors without variance are 0.
  @Test func gradientsVanishWhereTheyHaveNoDirection() {
    let x = Tensor<Double>([0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2], shape: [4, 3])
    for (name, distance) in Self.distances(Double.self) {
      let matrix = distance(x.matrix)
      #expect(matrix.isFinite, "\(name)")
      let ones = Tensor<Double>(repeating: 1, shape: [4, 4])
      var gradient = Tensor<Double>(zeros: x.shape)
      var sink = gradient.mutableMatrix
      distance.accumulateGradient(ones.matrix, distances: matrix.matrix, of: x.matrix, into: &sink)
      #expect(gradient.isFinite, "\(name)")
      if distance.isNormalized { #expect(gradient.array.prefix(6).allSatisfy { $0 == 0 }, "\(name)") }
    }
  }

  /// The matrix of rows among themselves is symmetric to the bit, and equals that of two sides.
  @Test(arguments: [1, 2, 3, 5, 17, 33]) func rowsAmongThemselves(_ count: Int) {
    var generator = SeededGenerator(seed: 61, stream: UInt64(count))
    let x = Tensor<Float>.uniform([count, 37], in: 0...1, &generator)
    for (name, distance) in Self.distances(Float.self) {
      let square = distance(x.matrix)
      #expect(square.isFinite)
      if distance.kind != .signalToNoise { #expect(square.transposed() == square, "\(name)") }
      let full = distance(x.matrix, x.matrix)
      #expect(relativeDifference(square, full.converted()) < 1e-5, "\(name)")
    }
  }

  /// Equal rows have equal distances to the bit, wherever they stand: no choice among them depends on rounding.
  @Test(arguments: [7, 18, 37]) func equalRowsHaveEqualDistances(_ count: Int) {
    var generator = SeededGenerator(seed: 64, stream: UInt64(count))
    let kinds = Tensor<Float>.uniform([3, 53], in: 0...1, &generator)
    let x = Tensor((0..<count).flatMap { kinds.array[$0 % 3 * 53..<$0 % 3 * 53 + 53] }, shape: [count, 53])
    for (name, distance) in Self.distances(Float.self) where distance.kind != .signalToNoise {
      let (square, full) = (distance(x.matrix), distance(x.matrix, kinds.matrix))
      let isSame = (0..<count).allSatisfy { i in
        (0..<count).allSatisfy { j in square[i, j] == square[i % 3, j % 3] }
          && (0..<3).allSatisfy { full[i, $0] == full[i % 3, $0] }
      }
      #expect(isSame, "\(name)")
    }
  }

  /// Gradients are added, and multiplied by the weight.
  @Test func gradientsAccumulate() {
    var generator = SeededGenerator(seed: 62)
    let x = Tensor<Double>.normal([5, 4], &generator)
    let g = Tensor<Double>.normal([5, 5], &generator)
    let distance = PairwiseDistance<Double>.euclidean
    let matrix = distance(x.matrix)
    var once = Tensor<Double>(zeros: x.shape)
    var sink = once.mutableMatrix
    distance.accumulateGradient(g.matrix, distances: matrix.matrix, of: x.matrix, into: &sink)
    var twice = Tensor<Double>(repeating: 3, shape: x.shape)
    sink = twice.mutableMatrix
    distance.accumulateGradient(g.matrix, distances: matrix.matrix, of: x.matrix, weight: 2, into: &sink)
    #expect(largestDifference(twice.array, once.array.map { 3 + 2 * $0 }) < 1e-12)
  }

  /// Widths around the kernel's lanes and heights around its strips, by difference quotients.
  @Test(arguments: [(3, 33), (66, 2), (65, 31), (2, 130)]) func oddSizes(_ rows: Int, _ columns: Int) {
    var generator = SeededGenerator(seed: 63)
    let x = Tensor<Double>.normal([rows, columns], &generator)
    let y = Tensor<Double>.normal([rows + 1, columns], &generator)
    let g = Tensor<Double>.normal([rows, rows + 1], &generator)
    let distance = PairwiseDistance<Double>.lp()
    let matrix = distance(x.matrix, y.matrix)
    var gradient = Tensor<Double>(zeros: x.shape)
    var sink = gradient.mutableMatrix
    distance.accumulateGradient(g.matrix, distances: matrix.matrix, of: x.matrix, against: y.matrix, into: &sink)
    let direction = Tensor<Double>.normal(x.shape, &generator)
    func value(_ step: Double) -> Double {
      zip(distance((x + step * direction).matrix, y.matrix).array, g.array).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let slope = zip(gradient.array, direction.array).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(((value(1e-5) - value(-1e-5)) / 2e-5).isApproximately(slope, relative: 1e-7))
  }
}

import FERMetric
import Testing

@Suite struct TensorTests {
  @Test func holdsElementsInRowMajorOrder() {
    let x = Tensor<Float>([1, 2, 3, 4, 5, 6], shape: [2, 3])
    #expect(x.array == [1, 2, 3, 4, 5, 6])
    #expect(x[1, 2] == 6)
    #expect(x.rank == 2)
    #expect(x.count == 6)
  }

  @Test func isAValue() {
    let x = Tensor<Double>([1, 2, 3])
    var y = x
    y[1] = 7
    #expect(x.array == [1, 2, 3])
    #expect(y.array == [1, 7, 3])
    var z = x.reshaped(to: [3, 1])
    z[0, 0] = 9
    #expect(x[0] == 1)
  }

  @Test func spansAndMatricesShareTheMemory() {
    var x = Tensor<Float>([1, 2, 3, 4, 5, 6], shape: [2, 3])
    let sum = x.span[0] + x.span[5]
    #expect(sum == 7)
    var span = x.mutableSpan
    span[3] = 40
    let fourth = x.matrix[1, 0]
    #expect(fourth == 40)
    var matrix = x.mutableMatrix
    matrix[0, 1] = 20
    var row = matrix[row: 1]
    row[2] = 60
    #expect(x.array == [1, 20, 3, 40, 5, 60])
  }

  /// Each way of changing a tensor, applied to a copy, leaves the original alone.
  @Test func everyMutationCopiesSharedMemory() {
    let mutations: [(String, (inout Tensor<Double>) -> Void)] = [
      ("element", { $0[1, 1] = 9 }),
      ("row", { $0[row: 0] = Tensor([7, 8]) }),
      (
        "span",
        { x in
          var span = x.mutableSpan; span[0] = 9
        }
      ),
      (
        "matrix",
        { x in
          var matrix = x.mutableMatrix; matrix[1, 0] = 9
        }
      ),
      ("fill", { $0.fill(with: 9) }),
      ("+=", { $0 += Tensor([1, 1]) }),
      ("-=", { $0 -= $0 }),
      ("*= number", { $0 *= 2 }),
      ("*= tensor", { $0 *= Tensor([2, 2]) }),
      ("/=", { $0 /= Tensor([2, 2]) }),
      ("add", { $0.add(Tensor([1, 1, 1, 1], shape: [2, 2]), scaledBy: 2) }),
    ]
    for (name, mutate) in mutations {
      let original = Tensor<Double>([1, 2, 3, 4], shape: [2, 2])
      var copy = original
      mutate(&copy)
      #expect(original.array == [1, 2, 3, 4], "\(name) wrote through a copy")
      #expect(copy != original, "\(name) changed nothing")
    }
  }

  @Test func reshapesAndSlices() {
    let x = Tensor<Float>((0..<24).map(Float.init), shape: [2, 3, 4])
    #expect(x.reshaped(to: [6, -1]).shape == [6, 4])
    #expect(x[row: 1].shape == [3, 4])
    #expect(x[row: 1][2, 3] == 23)
    #expect(x[rows: 0..<1].shape == [1, 3, 4])
    #expect(Tensor(concatenating: [x[rows: 1..<2], x[rows: 0..<1]])[0, 0, 0] == 12)
    #expect(Tensor<Float>([1, 2, 3, 4, 5, 6], shape: [2, 3]).transposed().array == [1, 4, 2, 5, 3, 6])
  }

  @Test func repeatsRowsColumnsAndLeadingAxes() {
    let x = Tensor<Double>([1, 2, 3, 4, 5, 6], shape: [2, 3])
    #expect((x + Tensor([10, 20, 30])).array == [11, 22, 33, 14, 25, 36])
    #expect((x * Tensor([2, 3], shape: [2, 1])).array == [2, 4, 6, 12, 15, 18])
    #expect((Tensor<Double>([1, 2], shape: [2, 1]) - Tensor([1, 2, 3])).array == [0, -1, -2, 1, 0, -1])
    #expect((x / 2).array == [0.5, 1, 1.5, 2, 2.5, 3])
    #expect((-x).array == [-1, -2, -3, -4, -5, -6])
    var y = x
    y += x
    y *= 2
    y.add(x, scaledBy: -4)
    #expect(y.array == [0, 0, 0, 0, 0, 0])
  }

  @Test(arguments: [
    ([2, 3, 4, 5], [2, 1, 1, 1]), ([2, 3, 4], [1, 3, 1]), ([3, 4], [2, 3, 1]), ([2, 1, 3, 1], [1, 4, 1, 5]),
    ([1, 1], [1]),
    ([2, 1, 1], [2, 1, 1]), ([0, 2], [1, 2]), ([1, 2], [0, 1]), ([4, 1], [1, 1, 5]),
  ])
  func repeatsAxesOfAnyShape(left: [Int], right: [Int]) {
    func counting(_ lengths: [Int], from start: Double) -> Tensor<Double> {
      let shape = Shape(lengths)
      return Tensor((0..<shape.elementCount).map { start + Double($0) }, shape: shape)
    }
    let (x, y) = (counting(left, from: 1), counting(right, from: 1000))
    let sum = x + y
    let rank = max(left.count, right.count)
    let (l, r) = (
      Array(repeating: 1, count: rank - left.count) + left, Array(repeating: 1, count: rank - right.count) + right
    )
    let lengths = zip(l, r).map { $0 == 1 ? $1 : $0 }
    #expect(sum.shape == Shape(lengths))
    for (place, value) in sum.array.enumerated() {
      var (rest, strideX, strideY, placeX, placeY) = (place, 1, 1, 0, 0)
      for axis in lengths.indices.reversed() {
        let index = rest % lengths[axis]
        rest /= lengths[axis]
        placeX += l[axis] == 1 ? 0 : index * strideX
        placeY += r[axis] == 1 ? 0 : index * strideY
        strideX *= l[axis]
        strideY *= r[axis]
      }
      #expect(value == x.array[placeX] + y.array[placeY])
    }
  }

  @Test func reducesAlongAxes() {
    let x = Tensor<Float>([1, 5, 3, 4, 2, 6], shape: [2, 3])
    #expect(x.sum() == 21)
    #expect(x.mean() == 3.5)
    #expect(x.max() == 6)
    #expect(x.sum(alongAxis: 0).array == [5, 7, 9])
    #expect(x.mean(alongAxis: 1).array == [3, 4])
    #expect(x.max(alongAxis: 0).array == [4, 5, 6])
    #expect(x.argmax(alongAxis: 1) == [1, 2])
    #expect(x.argmax(alongAxis: 0) == [1, 0, 1])
    #expect(Tensor<Float>([3, 4], shape: [1, 2]).norm(alongAxis: 1).array == [5])
    #expect(Tensor<Float>([2, 2, 2]).argmax(alongAxis: 0) == [0], "the first of equals wins")
    #expect(Tensor<Float>([1, .nan, 3]).max().isNaN)
  }

  @Test func reductionsKeepTheAxisOnRequest() {
    let x = Tensor<Float>([1, 2, 3, 4, 5, 6], shape: [2, 3])
    let centered = x - x.mean(alongAxis: 1, keepingAxis: true)
    #expect(centered.array == [-1, 0, 1, -1, 0, 1])
    #expect(x.sum(alongAxis: -1, keepingAxis: true).shape == [2, 1])
    #expect(x.max(alongAxis: -2, keepingAxis: true).array == [4, 5, 6])
  }

  @Test func meansOfLargeNumbersDoNotOverflow() {
    let x = Tensor<Float>(repeating: 3e38, shape: [4, 2])
    #expect(x.mean() == 3e38)
    #expect(x.mean(alongAxis: 0).array == [3e38, 3e38])
    #expect(x.sum() == .infinity)
  }

  @Test func extremesFindNaN() {
    let x = Tensor<Double>([1, .nan, 3, 2], shape: [2, 2])
    #expect(x.argmax(alongAxis: 1) == [1, 0])
    #expect(x.max(alongAxis: 1).array[1] == 3)
    #expect(x.max(alongAxis: 1).array[0].isNaN)
    #expect(!x.isFinite)
    #expect(Tensor<Double>([1, 2]).isFinite)
  }

  @Test func combinesNumbersWithTensors() {
    let x = Tensor<Double>([1, 2, 4])
    #expect((1 + x).array == [2, 3, 5])
    #expect((1 - x).array == [0, -1, -3])
    #expect((8 / x).array == [8, 4, 2])
    #expect((3 * x).array == [3, 6, 12])
    #expect(x.map { $0 * $0 }.array == [1, 4, 16])
    #expect(x.converted(to: Float.self).array == [1, 2, 4])
    #expect(Tensor<Double>(x.matrix).shape == [3, 1])
  }

  @Test func scalarsHaveNoAxes() {
    let x = Tensor<Float>([5], shape: [])
    #expect(x.scalar == 5)
    #expect((x + Tensor([1, 2])).array == [6, 7])
    #expect("\(x)" == "Tensor<Float> scalar: 5.0")
  }

  @Test func logarithmsOfSoftmaxSumToOne() {
    let x = Tensor<Double>([1, 2, 3, -50, 0, 50], shape: [2, 3])
    let sums = x.logSoftmax().map(Double.exponential).sum(alongAxis: 1)
    #expect((sums - 1).norm() < 1e-15)
    #expect((x.logSoftmax()[1, 0] + 100).magnitude < 1e-12)
  }

  @Test func softmaxOfExtremesIsFinite() {
    let p = Tensor<Float>([1e4, 0, -1e4, 0, 0, 0], shape: [2, 3]).softmax()
    #expect(p[0, 0] == 1)
    #expect(p[0, 2] == 0)
    #expect((p[1, 0] - 1 / 3).magnitude < 1e-7)
    let q = Tensor<Double>([0, 1.098612288668109691], shape: [2, 1]).softmax(alongAxis: 0)
    #expect((q[1, 0] - 0.75).magnitude < 1e-15)
  }

  @Test func describesItselfBriefly() {
    #expect("\(Tensor<Float>([1, 2, 3, 4], shape: [2, 2]))" == "Tensor<Float> 2×2: [[1.0, 2.0], [3.0, 4.0]]")
    let long = "\(Tensor<Double>((0..<100).map(Double.init)))"
    #expect(long == "Tensor<Double> 100: [0.0, 1.0, 2.0, …, 97.0, 98.0, 99.0]")
  }

  @Test func emptyTensorsHaveShapes() {
    let empty = Tensor<Float>([], shape: [0, 3])
    #expect(empty.sum() == 0)
    #expect(empty.sum(alongAxis: 0).array == [0, 0, 0])
    #expect(empty.product(Tensor(zeros: [3, 2])).shape == [0, 2])
    #expect(Tensor<Float>(zeros: [2, 0]).product(Tensor(zeros: [0, 2])).array == [0, 0, 0, 0])
  }

  @Test func refusesShapesThatDoNotFit() async {
    await #expect(processExitsWith: .failure) { _ = Tensor<Float>([1, 2, 3], shape: [2, 2]) }
    await #expect(processExitsWith: .failure) { _ = Tensor<Float>(zeros: [2, 3]) + Tensor(zeros: [2, 2]) }
    await #expect(processExitsWith: .failure) { _ = Tensor<Float>(zeros: [2, 3]).product(Tensor(zeros: [2, 3])) }
    await #expect(processExitsWith: .failure) { _ = Tensor<Float>(zeros: [2, 3])[2, 0] }
  }
}

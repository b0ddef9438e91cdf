/// How two shapes match from the last axis on, with axes of length 1 repeated.
struct Broadcast {
  let shape: Shape
  private let leftStrides: [Int]
  private let rightStrides: [Int]

  /// - Precondition: Each pair of lengths is equal or contains a 1.
  init(_ left: Shape, _ right: Shape) {
    let rank = max(left.count, right.count)
    func padded(_ shape: Shape) -> [Int] { Array(repeating: 1, count: rank - shape.count) + shape.dimensions }
    let (l, r) = (padded(left), padded(right))
    for (a, b) in zip(l, r) {
      precondition(a == b || a == 1 || b == 1, "tensors of shapes \(left) and \(right) do not match element by element")
    }
    shape = Shape(zip(l, r).map { $0 == 1 ? $1 : $0 })
    leftStrides = Self.strides(l)
    rightStrides = Self.strides(r)
  }

  /// Steps in memory along each axis; zero where the axis is repeated.
  private static func strides(_ lengths: [Int]) -> [Int] {
    var strides = [Int](repeating: 0, count: lengths.count)
    var step = 1
    for axis in lengths.indices.reversed() {
      strides[axis] = lengths[axis] == 1 ? 0 : step
      step *= lengths[axis]
    }
    return strides
  }

  /// Calls `body` with the two offsets of each element of the result, in row-major order.
  func forEachOffset(_ body: (_ left: Int, _ right: Int) -> Void) {
    func descend(_ axis: Int, _ left: Int, _ right: Int) {
      guard axis < shape.count else { return body(left, right) }
      for i in 0..<shape[axis] { descend(axis + 1, left + i * leftStrides[axis], right + i * rightStrides[axis]) }
    }
    descend(0, 0, 0)
  }
}

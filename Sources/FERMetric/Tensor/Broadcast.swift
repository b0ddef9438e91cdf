/// How two shapes match from the last axis on, with axes of length 1 repeated.
struct Broadcast {
  let shape: Shape
  /// Steps in memory along the last merged axis: 1, or 0 where the axis is repeated.
  let innerSteps: (left: Int, right: Int)
  private let leftStrides: [Int]
  private let rightStrides: [Int]

  /// - Precondition: Each pair of lengths is equal or contains a 1.
  init(_ left: Shape, _ right: Shape) {
    let rank = max(left.count, right.count, 1)
    func padded(_ shape: Shape) -> [Int] { Array(repeating: 1, count: rank - shape.count) + shape.dimensions }
    let (l, r) = (padded(left), padded(right))
    for (a, b) in zip(l, r) {
      precondition(a == b || a == 1 || b == 1, "tensors of shapes \(left) and \(right) do not match element by element")
    }
    let lengths = zip(l, r).map { $0 == 1 ? $1 : $0 }
    shape = Shape(Array(lengths.suffix(max(left.count, right.count))))
    let axes = Self.merged(l, r)
    let merged = axes.map { $0.left == 1 ? $0.right : $0.left }
    outerLengths = merged.dropLast()
    innerLength = merged.last!
    leftStrides = Self.strides(axes.map(\.left))
    rightStrides = Self.strides(axes.map(\.right))
    innerSteps = (leftStrides.last!, rightStrides.last!)
  }

  /// The axes with neighbours put together that are repeated in the same operand or in none: what lies in a row in memory
  /// is one axis. `[O, H, W, I]` with `[O, 1, 1, 1]` so has two.
  private static func merged(_ left: [Int], _ right: [Int]) -> [(left: Int, right: Int)] {
    var axes: [(left: Int, right: Int)] = []
    for (l, r) in zip(left, right) where l != 1 || r != 1 {
      if let last = axes.last, (last.left == 1) == (l == 1), (last.right == 1) == (r == 1) {
        axes[axes.count - 1] = (last.left * l, last.right * r)
      } else {
        axes.append((l, r))
      }
    }
    return axes.isEmpty ? [(1, 1)] : axes
  }

  /// The length of the last merged axis.
  let innerLength: Int
  private let outerLengths: ArraySlice<Int>

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

  /// Where each row of the result, a run along the last merged axis, begins in the two operands, in row-major order.
  func rows() -> [(left: Int, right: Int)] {
    guard innerLength > 0 else { return [] }
    var rows: [(left: Int, right: Int)] = [(0, 0)]
    for (axis, length) in outerLengths.enumerated() {
      rows = rows.flatMap { row in
        (0..<length).map { (row.left + $0 * leftStrides[axis], row.right + $0 * rightStrides[axis]) }
      }
    }
    return rows
  }
}

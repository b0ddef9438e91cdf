/// A matrix of `rows` × `columns` numbers borrowed for writing, contiguous and row-major.
///
/// Losses add gradients into such views, or write them.
public struct MutableMatrixView<Scalar: TensorScalar>: ~Copyable, ~Escapable, Sendable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// All elements, row after row.
  public var elements: MutableSpan<Scalar>

  /// Creates a view of a span.
  ///
  /// - Precondition: The span holds `rows` × `columns` elements.
  @_lifetime(copy elements)
  public init(_ elements: consuming MutableSpan<Scalar>, rows: Int, columns: Int) {
    precondition(
      rows >= 0 && columns >= 0 && elements.count == rows * columns,
      "a matrix of \(rows)×\(columns) does not fit a span of \(elements.count) elements")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// The element in row `row` and column `column`.
  public subscript(row: Int, column: Int) -> Scalar {
    get { elements[offset(row, column)] }
    set { elements[offset(row, column)] = newValue }
  }

  /// One row, for writing.
  public subscript(row row: Int) -> MutableSpan<Scalar> {
    @_lifetime(&self)
    mutating get {
      precondition(row >= 0 && row < rows, "row \(row) lies outside a \(rows)×\(columns) matrix")
      return elements._mutatingExtracting(row * columns..<(row + 1) * columns)
    }
  }

  private func offset(_ row: Int, _ column: Int) -> Int {
    precondition(
      row >= 0 && row < rows && column >= 0 && column < columns,
      "element (\(row), \(column)) lies outside a \(rows)×\(columns) matrix")
    return row * columns + column
  }
}

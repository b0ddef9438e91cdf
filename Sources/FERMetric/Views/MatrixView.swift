/// A borrowed matrix of `rows` × `columns` numbers, contiguous and row-major.
///
/// A view reads memory that somebody else owns: a tensor, an array's span, a C buffer. It cannot outlive that owner;
/// the compiler sees to it. Every numeric entry point of the losses takes views, so another trainer calls it without
/// a copy:
///
///     let rows = MatrixView(buffer.span, rows: 64, columns: 512)   // buffer: UnsafeBufferPointer<Float>
public struct MatrixView<Scalar: TensorScalar>: ~Escapable, Sendable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// All elements, row after row.
  public let elements: Span<Scalar>

  /// Creates a view of a span.
  ///
  /// - Precondition: The span holds `rows` × `columns` elements.
  @_lifetime(copy elements)
  public init(_ elements: Span<Scalar>, rows: Int, columns: Int) {
    precondition(
      rows >= 0 && columns >= 0 && elements.count == rows * columns,
      "a matrix of \(rows)×\(columns) does not fit a span of \(elements.count) elements")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// The element in row `row` and column `column`.
  public subscript(row: Int, column: Int) -> Scalar {
    precondition(
      row >= 0 && row < rows && column >= 0 && column < columns,
      "element (\(row), \(column)) lies outside a \(rows)×\(columns) matrix")
    return elements[row * columns + column]
  }

  /// One row.
  public subscript(row row: Int) -> Span<Scalar> {
    @_lifetime(copy self)
    get {
      precondition(row >= 0 && row < rows, "row \(row) lies outside a \(rows)×\(columns) matrix")
      return elements.extracting(row * columns..<(row + 1) * columns)
    }
  }
}

extension SyntheticFaces {
  /// Draws a sheet with a row for each expression, in the order of the class names.
  ///
  /// The faces are those of this data set's seed, size and difficulty, but none of its pictures: each column of each
  /// row shows another person.
  ///
  /// - Parameters:
  ///   - columns: Faces in a row.
  ///   - spacing: White pixels around each face.
  /// - Returns: A picture of `columns`·(size + spacing) + spacing by 7·(size + spacing) + spacing pixels.
  public func contactSheet(columns: Int = 8, spacing: Int = 2) -> RGBImage {
    precondition(columns > 0 && spacing >= 0, "A sheet of \(columns) columns with spacing \(spacing) shows nothing")
    let rows = FacialExpression.allCases.count
    let pitch = size + spacing
    let width = columns * pitch + spacing
    let height = rows * pitch + spacing
    var pixels = [UInt8](repeating: 255, count: width * height * 3)
    for expression in FacialExpression.allCases {
      for column in 0..<columns {
        let number = expression.rawValue * columns + column
        let face = image(of: expression, person: 1024 + number, stream: 2, index: number)
        let corner = (expression.rawValue * pitch + spacing) * width + column * pitch + spacing
        for row in 0..<size {
          let start = 3 * (corner + row * width)
          pixels.replaceSubrange(start..<start + 3 * size, with: face.pixels[3 * row * size..<3 * (row + 1) * size])
        }
      }
    }
    return RGBImage(width: width, height: height, pixels: pixels)
  }
}

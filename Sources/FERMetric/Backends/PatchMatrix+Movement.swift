extension PatchMatrix {
  /// The patches of `pictures`: the pixels themselves, or copied into this matrix's memory.
  @_lifetime(borrow self, borrow tensor)
  func gathered(from tensor: borrowing Tensor<Scalar>, pictures: Range<Int>) -> MatrixView<Scalar> {
    let rows = rows(pictures)
    if isIdentity { return tensor.block(rows: rows, columns: columns) }
    gather(from: tensor, pictures: pictures)
    return memory.block(rows: 0..<rows.count, columns: columns)
  }

  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  private func gather(from tensor: borrowing Tensor<Scalar>, pictures: Range<Int>) {
    let source = unsafe UnsafePointer(tensor.base)
    let channels = geometry.inputChannels
    let run = geometry.kernel * channels
    let columns = columns
    let (height, width, kernel) = (input[1], input[2], geometry.kernel)
    let patches = unsafe memory.base
    eachWindow(of: pictures) { row, y, x, pixel in
      let inside = Self.inside(x, width: width, kernel: kernel)
      for ky in 0..<kernel {
        let target = unsafe patches + row * columns + ky * run
        guard y + ky >= 0 && y + ky < height && !inside.isEmpty else {
          unsafe target.update(repeating: 0, count: run)
          continue
        }
        unsafe target.update(repeating: 0, count: inside.lowerBound * channels)
        unsafe (target + inside.lowerBound * channels).update(
          from: source + (pixel + (y + ky) * width + x + inside.lowerBound) * channels,
          count: inside.count * channels)
        unsafe (target + inside.upperBound * channels).update(repeating: 0, count: run - inside.upperBound * channels)
      }
    }
  }

  /// Adds the patches in this matrix's memory to the pixels they came from.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  func scatter(into tensor: inout Tensor<Scalar>, pictures: Range<Int>) {
    tensor.makeUnique()
    let pixels = unsafe tensor.base
    let channels = geometry.inputChannels
    let run = geometry.kernel * channels
    let columns = columns
    let (height, width, kernel) = (input[1], input[2], geometry.kernel)
    let patches = unsafe memory.base
    let loops = Scalar.networkLoops
    eachWindow(of: pictures) { row, y, x, pixel in
      let inside = Self.inside(x, width: width, kernel: kernel)
      for ky in 0..<kernel where y + ky >= 0 && y + ky < height && !inside.isEmpty {
        let source = unsafe patches + row * columns + ky * run + inside.lowerBound * channels
        let target = unsafe pixels + (pixel + (y + ky) * width + x + inside.lowerBound) * channels
        unsafe loops.add(inside.count * channels, source, target)
      }
    }
  }

  /// The window columns that fall inside a picture of width `width` when the window begins at column `x`.
  private static func inside(_ x: Int, width: Int, kernel: Int) -> Range<Int> {
    let first = min(kernel, max(0, -x))
    return first..<max(first, min(kernel, width - x))
  }

  /// Calls `body` with the row, the window's corner, and the index of the picture's first pixel.
  private func eachWindow(of pictures: Range<Int>, _ body: (_ row: Int, _ y: Int, _ x: Int, _ pixel: Int) -> Void) {
    var row = 0
    for picture in pictures {
      for y in 0..<output[1] {
        for x in 0..<output[2] {
          body(
            row, y * geometry.stride - geometry.padding, x * geometry.stride - geometry.padding,
            picture * input[1] * input[2])
          row += 1
        }
      }
    }
  }
}

extension PatchMatrix {
  /// The weights [O, I, k, k] as the matrix [k·k·I, O] that patches are multiplied by.
  ///
  /// - Precondition: The weights have the geometry's shape.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  static func filters(_ weights: Tensor<Scalar>, _ geometry: ConvolutionGeometry) -> Tensor<Scalar> {
    precondition(
      weights.shape == geometry.weightShape,
      "the convolution needs weights of shape \(geometry.weightShape), not \(weights.shape)")
    let result = Tensor<Scalar>(
      uninitialized: [geometry.kernel * geometry.kernel * geometry.inputChannels, geometry.outputChannels])
    eachPlace(geometry) { weight, filter in unsafe result.base[filter] = weights.base[weight] }
    return result
  }

  /// Adds a gradient in the order of ``filters(_:_:)`` to one in the order of the weights.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  static func addFilterGradient(
    _ filters: Tensor<Scalar>, _ geometry: ConvolutionGeometry, to weights: inout Tensor<Scalar>
  ) {
    precondition(
      weights.shape == geometry.weightShape,
      "the convolution's weight gradient has the shape \(geometry.weightShape), not \(weights.shape)")
    weights.makeUnique()
    let target = unsafe weights.base
    eachPlace(geometry) { weight, filter in unsafe target[weight] += filters.base[filter] }
  }

  /// Calls `body` with each place in the order of the weights and its place in the order of ``filters(_:_:)``.
  ///
  /// The two orders are nearly transposed, so places come in tiles of 16 × 16, which stay in the first cache both ways.
  @inline(__always)
  private static func eachPlace(_ geometry: ConvolutionGeometry, _ body: (_ weight: Int, _ filter: Int) -> Void) {
    let (inputs, outputs) = (geometry.inputChannels, geometry.outputChannels)
    let area = geometry.kernel * geometry.kernel
    let columns = inputs * area
    for firstOutput in stride(from: 0, to: outputs, by: 16) {
      for firstColumn in stride(from: 0, to: columns, by: 16) {
        for column in firstColumn..<min(firstColumn + 16, columns) {
          let row = (column % area) * inputs + column / area
          for output in firstOutput..<min(firstOutput + 16, outputs) {
            body(output * columns + column, row * outputs + output)
          }
        }
      }
    }
  }
}

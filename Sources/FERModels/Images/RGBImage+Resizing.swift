extension RGBImage {
  /// The picture, or a part of it, in another size, by antialiased linear interpolation.
  ///
  /// The result is that of Pillow's `Image.resize((width, height), BILINEAR, box)` to the bit: first the rows, then the
  /// columns, with levels rounded to 8 bits in between. (Recent versions of Pillow take the columns first for some sizes,
  /// for example when a picture becomes wider and lower; there levels differ by 1 at most.) When the picture shrinks,
  /// every input pixel has its share in the result, unlike the bilinear sampling of most graphics libraries, which skips
  /// pixels.
  ///
  ///     let thumbnail = image.resized(width: 48, height: 48)
  ///
  /// - Parameters:
  ///   - width: columns of the result.
  ///   - height: rows of the result.
  ///   - box: the part that becomes the result; nil is all of it.
  /// - Precondition: the size is positive; the box lies inside the picture and is not empty.
  /// - Complexity: O(width · rows of the box + width · height) when growing, times the factor when shrinking.
  public func resized(width: Int, height: Int, box: PixelBox? = nil) -> RGBImage {
    resized(
      width: width, height: height, box: box,
      window: PixelRectangle(left: 0, top: 0, width: width, height: height))
  }

  /// The pixels of `window` in the resized picture; no other pixel is computed.
  func resized(width: Int, height: Int, box: PixelBox? = nil, window: PixelRectangle) -> RGBImage {
    precondition(width > 0 && height > 0, "a picture has at least one pixel, not \(width) x \(height)")
    precondition(window.lies(inside: width, height), "\(window) does not lie inside \(width) x \(height)")
    let box = box ?? PixelBox(left: 0, top: 0, right: Float(self.width), bottom: Float(self.height))
    precondition(
      box.left >= 0 && box.top >= 0 && box.left < box.right && box.top < box.bottom
        && box.right <= Float(self.width) && box.bottom <= Float(self.height),
      "\(box) is empty or does not lie inside a picture of \(self.width) x \(self.height)")
    if width == self.width && height == self.height && box.right - box.left == Float(width)
      && box.bottom - box.top == Float(height)
    {
      return cropped(to: window)
    }
    let horizontal = ResamplingAxis(
      inputCount: self.width, from: box.left, to: box.right, outputCount: width, window: window.columns)
    let vertical = ResamplingAxis(
      inputCount: self.height, from: box.top, to: box.bottom, outputCount: height, window: window.rows)
    let rows = vertical.inputs
    let narrowed = resampleRows(of: pixels, width: self.width, rows: rows, by: horizontal)
    return RGBImage(
      width: window.width, height: window.height,
      pixels: resampleColumns(of: narrowed, width: window.width, firstRow: rows.lowerBound, by: vertical))
  }
}

/// Resamples some rows of a picture along the rows.
private func resampleRows(of pixels: [UInt8], width: Int, rows: Range<Int>, by axis: ResamplingAxis) -> [UInt8] {
  var result = [UInt8](repeating: 0, count: 3 * rows.count * axis.count)
  var target = result.mutableSpan
  let weights = axis.weights.span
  let firsts = axis.firsts.span
  let counts = axis.counts.span
  var output = 0
  for row in rows {
    let source = pixels.span.extracting((3 * row * width)..<(3 * (row + 1) * width))
    for column in 0..<firsts.count {
      var red = ResamplingAxis.half
      var green = ResamplingAxis.half
      var blue = ResamplingAxis.half
      var input = 3 * firsts[column]
      let start = column * axis.taps
      for tap in start..<(start + counts[column]) {
        let weight = weights[tap]
        red &+= weight &* Int32(source[input])
        green &+= weight &* Int32(source[input + 1])
        blue &+= weight &* Int32(source[input + 2])
        input += 3
      }
      target[output] = level(red)
      target[output + 1] = level(green)
      target[output + 2] = level(blue)
      output += 3
    }
  }
  return result
}

/// Resamples a picture, whose first row has the number `firstRow`, along the columns.
private func resampleColumns(of pixels: [UInt8], width: Int, firstRow: Int, by axis: ResamplingAxis) -> [UInt8] {
  let length = 3 * width
  var result = [UInt8](repeating: 0, count: length * axis.count)
  var sums = [Int32](repeating: 0, count: length)
  for row in 0..<axis.count {
    let first = axis.firsts[row] - firstRow
    for index in sums.indices { sums[index] = ResamplingAxis.half }
    for tap in 0..<axis.counts[row] {
      let start = (first + tap) * length
      accumulate(
        pixels.span.extracting(start..<(start + length)), times: axis.weights[row * axis.taps + tap], into: &sums)
    }
    var target = result.mutableSpan
    let start = row * length
    for index in 0..<length { target[start + index] = level(sums[index]) }
  }
  return result
}

/// Adds a weighted row of levels to a row of sums.
@inline(__always)
private func accumulate(_ levels: Span<UInt8>, times weight: Int32, into sums: inout [Int32]) {
  var target = sums.mutableSpan
  precondition(target.count == levels.count)
  for index in 0..<levels.count { target[index] &+= weight &* Int32(levels[index]) }
}

/// The level that a fixed-point sum stands for.
@inline(__always)
private func level(_ sum: Int32) -> UInt8 { UInt8(truncatingIfNeeded: min(sum >> ResamplingAxis.fractionBits, 255)) }

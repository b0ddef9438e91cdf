/// The orientation in an EXIF block (a small TIFF file), or nil if it says none that has a meaning.
///
/// Only the first directory is looked at, tag 0x0112. A broken block is no reason to lose the picture: it is ignored.
func exifOrientation(in block: ArraySlice<UInt8>) -> Int? {
  let bytes = Array(block)
  guard bytes.count >= 8 else { return nil }
  let littleEndian = bytes.starts(with: [0x49, 0x49, 0x2A, 0x00])
  guard littleEndian || bytes.starts(with: [0x4D, 0x4D, 0x00, 0x2A]) else { return nil }
  func number16(_ index: Int) -> Int {
    littleEndian ? Int(bytes[index]) | Int(bytes[index + 1]) << 8 : bytes.bigEndian16(at: index)
  }
  func number32(_ index: Int) -> Int {
    littleEndian ? number16(index) | number16(index + 2) << 16 : bytes.bigEndian32(at: index)
  }
  let directory = number32(4)
  guard directory >= 8, directory <= bytes.count - 2 else { return nil }
  for entry in 0..<number16(directory) {
    let start = directory + 2 + 12 * entry
    guard start + 12 <= bytes.count else { return nil }
    guard number16(start) == 0x0112 else { continue }
    let value: Int
    switch number16(start + 2) {
    case 3: value = number16(start + 8)
    case 4: value = number32(start + 8)
    default: return nil
    }
    return (1...8).contains(value) ? value : nil
  }
  return nil
}

extension RGBImage {
  /// The picture as its EXIF orientation wants it shown.
  ///
  /// 1 leaves it, 2 mirrors left and right, 3 turns by 180°, 4 mirrors top and bottom, 5 mirrors at the main diagonal,
  /// 6 turns clockwise by 90°, 7 mirrors at the other diagonal, 8 turns counterclockwise by 90°.
  ///
  /// - Precondition: `orientation` is in 1...8.
  /// - Complexity: O(width · height).
  public func oriented(by orientation: Int) -> RGBImage {
    precondition((1...8).contains(orientation), "an EXIF orientation is in 1...8, not \(orientation)")
    if orientation == 1 { return self }
    // The pixel shown at (column, row) is stored at `start + column * right + row * down`.
    let (w, h) = (width, height)
    let (start, right, down): (Int, Int, Int) =
      switch orientation {
      case 2: (w - 1, -1, w)
      case 3: (w * h - 1, -1, -w)
      case 4: ((h - 1) * w, 1, -w)
      case 5: (0, w, 1)
      case 6: ((h - 1) * w, -w, 1)
      case 7: (w * h - 1, -w, -1)
      default: (w - 1, w, -1)
      }
    let (columns, rows) = orientation < 5 ? (w, h) : (h, w)
    var shown = [UInt8](repeating: 0, count: pixels.count)
    var target = 0
    for row in 0..<rows {
      for column in 0..<columns {
        let source = 3 * (start + column * right + row * down)
        shown[target] = pixels[source]
        shown[target + 1] = pixels[source + 1]
        shown[target + 2] = pixels[source + 2]
        target += 3
      }
    }
    return RGBImage(width: columns, height: rows, pixels: shown)
  }

  /// The picture with left and right exchanged.
  public func mirrored() -> RGBImage { oriented(by: 2) }
}

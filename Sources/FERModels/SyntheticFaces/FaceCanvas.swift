/// Red, green and blue in 0…1; the fourth lane is unused.
typealias FaceColor = SIMD4<Float>

/// A square picture under construction: shapes are laid over each other from back to front.
struct FaceCanvas {
  /// Which coordinates a shape is given in.
  enum Space {
    /// The turned and moved face.
    case face
    /// The picture, −1…1.
    case picture
  }

  let size: Int
  let view: FaceView
  /// Row-major colors.
  var pixels: [FaceColor]
  /// The point of the face seen at each pixel.
  let facePoints: [SIMD2<Float>]
  /// One over the width of an edge, in face units.
  private let faceSharpness: Float
  private let pictureSharpness: Float

  /// An empty canvas.
  ///
  /// - Parameters:
  ///   - blur: how much wider than a pixel edges are, in picture coordinates.
  init(size: Int, view: FaceView, blur: Float) {
    self.size = size
    self.view = view
    pixels = [FaceColor](repeating: .zero, count: size * size)
    let step = 2 / Float(size)
    var points = [SIMD2<Float>]()
    points.reserveCapacity(size * size)
    for row in 0..<size {
      for column in 0..<size {
        let point = SIMD2(Float(column) + 0.5, Float(row) + 0.5) * step - 1
        points.append(view.facePoint(at: point))
      }
    }
    facePoints = points
    pictureSharpness = 1 / (step + blur)
    faceSharpness = pictureSharpness / view.extent
  }

  /// Mixes a color into the covered pixels.
  mutating func fill(_ shape: some FaceShape, _ color: FaceColor, opacity: Float = 1, in space: Space = .face) {
    guard opacity > 0.004 else { return }
    visit(shape, in: space) { pixel, coverage in
      pixel += (coverage * opacity) * (color - pixel)
    }
  }

  /// Multiplies the covered pixels by a gain below 1 for shadow, above 1 for light.
  mutating func shade(_ shape: some FaceShape, by gain: Float, in space: Space = .face) {
    visit(shape, in: space) { pixel, coverage in
      pixel *= 1 + coverage * (gain - 1)
    }
  }

  @inline(__always)
  private mutating func visit<Shape: FaceShape>(
    _ shape: Shape, in space: Space, _ body: (inout FaceColor, Float) -> Void
  ) {
    let sharpness = space == .face ? faceSharpness : pictureSharpness
    let reach = shape.bounds.grown(by: 0.5 / sharpness)
    let box = space == .face ? view.pictureBox(around: reach) : reach
    let half = 0.5 * Float(size)
    let columns = range(from: box.low.x, to: box.high.x, half: half)
    let rows = range(from: box.low.y, to: box.high.y, half: half)
    for row in rows {
      for index in row * size + columns.lowerBound..<row * size + columns.upperBound {
        let point: SIMD2<Float>
        switch space {
        case .face:
          point = facePoints[index]
          if point.x < reach.low.x || point.x > reach.high.x || point.y < reach.low.y || point.y > reach.high.y {
            continue
          }
        case .picture:
          point = SIMD2(Float(index - row * size) + 0.5, Float(row) + 0.5) / half - 1
        }
        let coverage = shape.coverage(at: point, sharpness: sharpness)
        if coverage > 0 {
          body(&pixels[index], coverage)
        }
      }
    }
  }

  /// The pixels that an interval of picture coordinates touches.
  private func range(from low: Float, to high: Float, half: Float) -> Range<Int> {
    let limit = Float(size)
    let first = Int(min(max((low + 1) * half - 0.5, 0), limit))
    let last = Int(min(max((high + 1) * half + 1.5, 0), limit))
    return first..<max(first, last)
  }
}

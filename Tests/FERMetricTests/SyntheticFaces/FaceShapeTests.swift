import Testing

@testable import FERModels

/// Shapes against the areas that calculus gives.
@Suite struct FaceShapeTests {
  /// The covered area and the largest distance outside the bounds at which something is covered, on a fine grid.
  private func measure(_ shape: some FaceShape, sharpness: Float = 50) -> (area: Float, within: Bool, limited: Bool) {
    let step: Float = 0.01
    let box = shape.bounds.grown(by: 0.5 / sharpness + 1e-5)
    var (area, within, limited): (Float, Bool, Bool) = (0, true, true)
    for row in -150..<150 {
      for column in -150..<150 {
        let point = SIMD2(Float(column) + 0.5, Float(row) + 0.5) * step
        let coverage = shape.coverage(at: point, sharpness: sharpness)
        area += coverage * step * step
        limited = limited && (0...1).contains(coverage)
        let inside = point.x >= box.low.x && point.x <= box.high.x && point.y >= box.low.y && point.y <= box.high.y
        within = within && (inside || coverage == 0)
      }
    }
    return (area, within, limited)
  }

  private func expect(_ shape: some FaceShape, area: Float, relative: Float = 0.015) {
    let measured = measure(shape)
    #expect(abs(measured.area - area) < relative * area, "\(measured.area) instead of \(area)")
    #expect(measured.within && measured.limited)
  }

  @Test func ellipse() {
    expect(Ellipse(center: SIMD2(0.1, -0.2), radii: SIMD2(0.8, 0.5)), area: .pi * 0.8 * 0.5)
    expect(Ellipse(center: .zero, radii: SIMD2(0.3, 0.9)), area: .pi * 0.3 * 0.9)
  }

  @Test func ring() {
    let circle = Ellipse(center: .zero, radii: SIMD2(0.7, 0.7))
    expect(EllipseRing(ellipse: circle, width: 0.1), area: .pi * 2 * 0.7 * 0.1)
  }

  @Test func lens() {
    // ∫ (1 − u²)(1 + f·u²) du over −1…1 is 4/3 + 4/15·f.
    for fullness: Float in [0, 0.5, 0.9] {
      let area = (0.2 + 0.1) * 0.6 * (4 / 3 + 4 / 15 * fullness)
      expect(
        Lens(
          from: SIMD2(-0.6, 0), to: SIMD2(0.6, 0), arch: 0.3, skew: 0.2, rise: 0.2, fall: 0.1, fullness: fullness),
        area: area, relative: 0.03)
    }
    let tilted = Lens(from: SIMD2(0.5, 0.5), to: SIMD2(-0.3, -0.1), rise: 0.1, fall: 0.1)
    expect(tilted, area: 0.2 * 0.5 * 4 / 3, relative: 0.03)
  }

  @Test func lensRisesTowardsSmallerY() {
    for (start, end) in [(Float(-0.5), Float(0.5)), (0.5, -0.5)] {
      let lens = Lens(from: SIMD2(start, 0), to: SIMD2(end, 0), rise: 0.3, fall: 0)
      #expect(lens.coverage(at: SIMD2(0, -0.15), sharpness: 50) == 1)
      #expect(lens.coverage(at: SIMD2(0, 0.15), sharpness: 50) == 0)
    }
  }

  @Test func thinLinesKeepTheirWeight() {
    // A line far thinner than a pixel covers in proportion to its width, wherever it lies.
    for offset: Float in [0, 0.013, 0.04] {
      let line = Lens(stroke: SIMD2(-0.5, offset), to: SIMD2(0.5, offset), width: 0.02)
      #expect(abs(line.coverage(at: .zero, sharpness: 10) - 0.2) < 1e-5)
    }
  }

  @Test func capsule() {
    let shape = Capsule(start: SIMD2(-0.4, -0.3), end: SIMD2(0.4, 0.3), radius: 0.2)
    expect(shape, area: .pi * 0.2 * 0.2 + 2 * 0.2 * 1)
  }

  @Test func head() {
    // With q = −1 the lower half would be a rectangle, with 0 half an ellipse; a real jaw lies between.
    let ellipse = measure(HeadOutline(width: 0.8, crown: 1, chin: 1, jaw: 0)).area
    let square = measure(HeadOutline(width: 0.8, crown: 1, chin: 1, jaw: -0.5)).area
    let pointed = measure(HeadOutline(width: 0.8, crown: 1, chin: 1, jaw: 0.4)).area
    #expect(pointed < ellipse && ellipse < square && square < ellipse + 0.8 * (1 - .pi / 4))
    #expect(measure(HeadOutline(width: 0.8, crown: 1, chin: 1, jaw: -0.5)).within)
  }

  @Test func intersection() {
    let left = Ellipse(center: SIMD2(-0.2, 0), radii: SIMD2(0.4, 0.4))
    let right = Ellipse(center: SIMD2(0.2, 0), radii: SIMD2(0.4, 0.4))
    // Two circles of radius r at distance r share r²·(2π/3 − √3/2).
    expect(left.clipped(to: right), area: 0.16 * (2 * .pi / 3 - Float(3).squareRoot() / 2), relative: 0.03)
  }

  @Test func turnedFacesStayInsideTheirBoxes() {
    let view = FaceView(extent: 1.2, shift: SIMD2(0.1, -0.05), halfTangent: 0.15, turn: SIMD2(-0.2, 0.15))
    let box = FaceBox(low: SIMD2(-0.5, 0.2), high: SIMD2(0.4, 0.9))
    let found = view.pictureBox(around: box)
    for row in -60...60 {
      for column in -60...60 {
        let point = SIMD2(Float(column), Float(row)) / 60
        let face = view.facePoint(at: point)
        let inside = face.x >= box.low.x && face.x <= box.high.x && face.y >= box.low.y && face.y <= box.high.y
        let covered =
          point.x >= found.low.x && point.x <= found.high.x && point.y >= found.low.y && point.y <= found.high.y
        #expect(covered || !inside)
      }
    }
    #expect(abs(view.roll.x * view.roll.x + view.roll.y * view.roll.y - 1) < 1e-6)
  }
}

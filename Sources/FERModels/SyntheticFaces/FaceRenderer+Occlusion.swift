internal import FERMetric

extension FaceRenderer {
  /// Covers a part of the picture with a bar, a hand, strands of hair or a round thing.
  mutating func drawOcclusion(using generator: inout SeededGenerator) {
    switch generator.next(below: 4) {
    case 0: drawBar(using: &generator)
    case 1: drawHand(using: &generator)
    case 2: drawStrands(using: &generator)
    default: drawDisc(using: &generator)
    }
  }

  private mutating func drawBar(using generator: inout SeededGenerator) {
    let along = generator.nextDirection()
    let across = SIMD2(-along.y, along.x)
    let middle = across * generator.nextFloat(in: -0.95...0.95)
    canvas.fill(
      Capsule(
        start: middle - 1.6 * along, end: middle + 1.6 * along, radius: generator.nextFloat(in: 0.06...0.15)),
      generator.nextColor(in: 0...1, paleness: 0.4), in: .picture)
  }

  /// A palm that comes in from below or from the side, and four fingers.
  private mutating func drawHand(using generator: inout SeededGenerator) {
    let side: Float = generator.nextBool(probability: 0.5) ? 1 : -1
    let palm = SIMD2(side * generator.nextFloat(in: 0.5...1), generator.nextFloat(in: 0.6...1.1))
    let reach = SIMD2(side * -0.25, -0.55) + 0.25 * generator.nextDirection()
    let across = SIMD2(-reach.y, reach.x) / reach.dot(reach).squareRoot()
    let color = identity.skin * generator.nextFloat(in: 0.8...1)
    canvas.fill(Ellipse(center: palm, radii: SIMD2(0.36, 0.34)), color * 0.95, in: .picture)
    for finger in 0..<4 {
      let offset = across * (0.16 * (Float(finger) - 1.5))
      let tip = palm + offset * 1.3 + reach * generator.nextFloat(in: 0.85...1.1)
      canvas.fill(Capsule(start: palm + offset, end: tip, radius: 0.092), color * 0.7, in: .picture)
      canvas.fill(Capsule(start: palm + offset, end: tip, radius: 0.072), color, in: .picture)
    }
  }

  /// Strands of the person's hair, or of a hood where there is none, over forehead and eyes.
  private mutating func drawStrands(using generator: inout SeededGenerator) {
    let color = identity.hair * 0.95
    let root = SIMD2(generator.nextFloat(in: -0.5...0.5), -1.15)
    for _ in 0..<5 {
      let start = root + SIMD2(generator.nextFloat(in: -0.3...0.3), 0)
      let end =
        SIMD2(root.x * 1.5, 0) + SIMD2(generator.nextFloat(in: -0.5...0.5), generator.nextFloat(in: -0.35...0.1))
      canvas.fill(Capsule(start: start, end: end, radius: generator.nextFloat(in: 0.03...0.08)), color)
    }
  }

  /// A cup, a microphone or another head in the way.
  private mutating func drawDisc(using generator: inout SeededGenerator) {
    let center = generator.nextDirection() * generator.nextFloat(in: 0.55...1)
    let radius = generator.nextFloat(in: 0.2...0.42)
    canvas.fill(
      Ellipse(center: center, radii: SIMD2(radius, radius * generator.nextFloat(in: 0.7...1.3))),
      generator.nextColor(in: 0...1, paleness: 0.4), in: .picture)
  }
}

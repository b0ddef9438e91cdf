internal import FERMetric

/// What stays the same in all pictures of one person.
struct FaceIdentity: Sendable {
  // Head.
  let headWidth: Float
  let crown: Float
  let chin: Float
  let jaw: Float
  let age: Float

  // Features, in face units.
  let eyeDistance: Float
  let eyeHeight: Float
  let eyeHalfWidth: Float
  let eyeOpening: Float
  let eyeSlant: Float
  let browHeight: Float
  let browWidth: Float
  let browArch: Float
  let browSlope: Float
  let noseWidth: Float
  let noseLength: Float
  let mouthHeight: Float
  let mouthHalfWidth: Float
  let mouthBend: Float
  let upperLip: Float
  let lowerLip: Float

  // Colors.
  let skin: FaceColor
  let lips: FaceColor
  let iris: FaceColor
  let hair: FaceColor
  let brow: FaceColor
  let clothes: FaceColor

  // Hair and accessories.
  let hairStyle: HairStyle
  let hairline: Float
  let parting: Float
  let beard: Float
  let moustache: Float
  let glasses: Glasses

  enum HairStyle: Sendable {
    case bald, short, long
  }

  enum Glasses: Sendable {
    case none, round, wide
  }

  /// Draws a person.
  init(using generator: inout SeededGenerator) {
    headWidth = generator.nextFloat(in: 0.9...1.04)
    crown = generator.nextFloat(in: 1.12...1.3)
    chin = generator.nextFloat(in: 1.2...1.38)
    jaw = generator.nextFloat(in: -0.55...0.35)
    let years = generator.nextFloat()
    age = years * years

    eyeDistance = generator.nextFloat(in: 0.37...0.45)
    eyeHeight = generator.nextFloat(in: -0.19...(-0.09))
    eyeHalfWidth = generator.nextFloat(in: 0.18...0.23)
    eyeOpening = generator.nextFloat(in: 0.8...1.2)
    eyeSlant = generator.nextFloat(in: -0.03...0.03)
    browHeight = generator.nextFloat(in: 0.2...0.29)
    browWidth = generator.nextFloat(in: 0.05...0.1)
    browArch = generator.nextFloat(in: 0.02...0.09)
    browSlope = generator.nextFloat(in: -0.03...0.05)
    noseWidth = generator.nextFloat(in: 0.13...0.2)
    noseLength = generator.nextFloat(in: 0.34...0.46)
    mouthHeight = generator.nextFloat(in: 0.72...0.82)
    mouthHalfWidth = generator.nextFloat(in: 0.3...0.38)
    mouthBend = generator.nextFloat(in: -0.02...0.02)
    upperLip = generator.nextFloat(in: 0.03...0.07)
    lowerLip = generator.nextFloat(in: 0.045...0.09)

    let depth = generator.nextFloat()
    let warmth = generator.nextFloat(in: -0.03...0.03)
    let pale = FaceColor(0.95, 0.79, 0.69, 0)
    let dark = FaceColor(0.4, 0.26, 0.18, 0)
    skin = pale + depth * (dark - pale) + FaceColor(warmth, 0, -warmth, 0)
    let rouge = generator.nextFloat(in: 0.2...0.75)
    lips = skin * (1 - rouge * FaceColor(0.12, 0.45, 0.4, 0))
    iris = generator.nextElement(of: Self.irisColors)
    let gray = generator.nextBool(probability: 0.6 * age)
    hair =
      (gray ? FaceColor(0.72, 0.71, 0.7, 0) : generator.nextElement(of: Self.hairColors))
      * generator.nextFloat(in: 0.8...1.15)
    let tint = generator.nextFloat(in: 0.3...0.75)
    brow = (hair + tint * (skin * 0.35 - hair)) * 0.75
    clothes = generator.nextColor(in: 0.08...0.9, paleness: 0.3)

    let style = generator.nextFloat()
    hairStyle = style < 0.1 ? .bald : (style < 0.6 ? .short : .long)
    hairline = generator.nextFloat(in: -0.95...(-0.68))
    parting = generator.nextFloat(in: -0.35...0.35)
    let shave = generator.nextFloat()
    let bearded = hairStyle != .long && shave < 0.35
    beard = bearded ? generator.nextFloat(in: 0.2...0.85) : 0
    moustache = bearded || shave > 0.95 ? generator.nextFloat(in: 0.2...0.9) : 0
    let sight = generator.nextFloat()
    glasses = sight < 0.1 ? .round : (sight < 0.2 ? .wide : .none)
  }

  private static let irisColors: [FaceColor] = [
    FaceColor(0.2, 0.12, 0.07, 0), FaceColor(0.3, 0.18, 0.08, 0), FaceColor(0.22, 0.32, 0.42, 0),
    FaceColor(0.26, 0.33, 0.2, 0),
  ]

  private static let hairColors: [FaceColor] = [
    FaceColor(0.07, 0.06, 0.06, 0), FaceColor(0.16, 0.1, 0.07, 0), FaceColor(0.3, 0.18, 0.1, 0),
    FaceColor(0.48, 0.3, 0.16, 0), FaceColor(0.78, 0.62, 0.36, 0), FaceColor(0.55, 0.2, 0.08, 0),
  ]
}

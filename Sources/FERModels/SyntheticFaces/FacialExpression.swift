/// The seven expressions in RAF-DB's order, with the actions that make them.
enum FacialExpression: Int, CaseIterable, Sendable {
  case surprise, fear, disgust, happiness, sadness, anger, neutral

  /// Alternative textbook appearances; a picture shows one of them.
  ///
  /// The combinations are those of the emotional facial action coding system (Friesen and Ekman, 1983).
  var prototypes: [ActionUnits] {
    switch self {
    case .surprise: Self.surprises
    case .fear: Self.fears
    case .disgust: Self.disgusts
    case .happiness: Self.smiles
    case .sadness: Self.sorrows
    case .anger: Self.angers
    case .neutral: Self.neutrals
    }
  }

  /// The expression that a weak or mixed display of this one drifts towards.
  var neighbor: FacialExpression {
    switch self {
    case .surprise: .fear
    case .fear: .surprise
    case .disgust: .anger
    case .happiness: .neutral
    case .sadness: .neutral
    case .anger: .disgust
    case .neutral: .sadness
    }
  }

  private static let surprises: [ActionUnits] = [
    [.innerBrowRaiser: 1, .outerBrowRaiser: 1, .upperLidRaiser: 0.8, .lipsPart: 0.6, .jawDrop: 1],
    [.innerBrowRaiser: 0.8, .outerBrowRaiser: 0.9, .upperLidRaiser: 1, .lipsPart: 0.8, .jawDrop: 0.6],
  ]

  private static let fears: [ActionUnits] = [
    [
      .innerBrowRaiser: 1, .outerBrowRaiser: 0.35, .browLowerer: 0.5, .upperLidRaiser: 1, .lipStretcher: 1,
      .lipsPart: 0.9, .jawDrop: 0.15,
    ],
    [
      .innerBrowRaiser: 0.9, .outerBrowRaiser: 0.2, .browLowerer: 0.4, .upperLidRaiser: 0.9, .lipStretcher: 0.8,
      .lipCornerDepressor: 0.35, .lipsPart: 0.7, .jawDrop: 0.3,
    ],
  ]

  private static let disgusts: [ActionUnits] = [
    [
      .browLowerer: 0.5, .cheekRaiser: 0.4, .lidTightener: 0.8, .noseWrinkler: 1, .upperLipRaiser: 1,
      .lipCornerDepressor: 0.5, .chinRaiser: 0.7,
    ],
    [
      .browLowerer: 0.4, .lidTightener: 0.7, .noseWrinkler: 0.9, .upperLipRaiser: 1, .lipCornerDepressor: 0.3,
      .lipsPart: 0.6, .jawDrop: 0.08,
    ],
  ]

  private static let smiles: [ActionUnits] = [
    [.cheekRaiser: 0.8, .lipCornerPuller: 1, .lipsPart: 1, .jawDrop: 0.15],
    [.cheekRaiser: 0.6, .lipCornerPuller: 0.95],
    [.cheekRaiser: 1, .lidTightener: 0.3, .lipCornerPuller: 1.1, .lipsPart: 1, .jawDrop: 0.5],
  ]

  private static let sorrows: [ActionUnits] = [
    [.innerBrowRaiser: 0.9, .browLowerer: 0.45, .lipCornerDepressor: 1, .chinRaiser: 0.5, .eyeClosure: 0.25],
    [.innerBrowRaiser: 0.7, .browLowerer: 0.3, .lipCornerDepressor: 0.9, .eyeClosure: 0.5],
    [.innerBrowRaiser: 1, .browLowerer: 0.5, .lipCornerDepressor: 0.8, .lipsPart: 0.4, .eyeClosure: 0.35],
  ]

  private static let angers: [ActionUnits] = [
    [.browLowerer: 1, .upperLidRaiser: 0.5, .lidTightener: 0.7, .lipTightener: 1, .chinRaiser: 0.3],
    [
      .browLowerer: 1, .upperLidRaiser: 0.6, .lidTightener: 0.6, .upperLipRaiser: 0.3, .lipTightener: 0.8,
      .lipsPart: 1, .jawDrop: 0.3,
    ],
  ]

  private static let neutrals: [ActionUnits] = [[:]]
}

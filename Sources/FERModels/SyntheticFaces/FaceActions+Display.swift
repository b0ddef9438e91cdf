internal import FERMetric

extension FaceActions {
  /// Draws a display of an expression: one of its prototypes, of some strength, never pure and never symmetric.
  static func display(
    of expression: FacialExpression, difficulty: SyntheticFaces.Difficulty, using generator: inout SeededGenerator
  ) -> FaceActions {
    let prototype = generator.nextElement(of: expression.prototypes)
    let neighbor = generator.nextElement(of: expression.neighbor.prototypes)
    let strength = generator.nextFloat(in: difficulty.intensity)
    let drift = generator.nextFloat()
    let pull = 0.45 * difficulty.ambiguity * drift * drift
    var values = SIMD16<Float>.zero
    var asymmetry = SIMD16<Float>.zero
    for lane in values.indices {
      let own = prototype.values[lane] * (1 + 0.3 * generator.nextFloat(in: -1...1))
      let other = neighbor.values[lane] * pull
      let stray = generator.nextFloat()
      values[lane] = strength * own * (1 - pull) + other + difficulty.ambiguity * Self.stray[lane] * stray * stray
      asymmetry[lane] = 0.3 * difficulty.ambiguity * generator.nextFloat(in: -1...1)
    }
    return FaceActions(values, asymmetry: asymmetry)
  }

  /// How far each action occurs in any face, by talking, squinting or habit.
  private static let stray =
    ([
      .innerBrowRaiser: 0.35, .outerBrowRaiser: 0.35, .browLowerer: 0.35, .upperLidRaiser: 0.3, .cheekRaiser: 0.3,
      .lidTightener: 0.35, .noseWrinkler: 0.15, .upperLipRaiser: 0.2, .lipCornerPuller: 0.25, .lipCornerDepressor: 0.3,
      .chinRaiser: 0.4, .lipStretcher: 0.3, .lipTightener: 0.3, .lipsPart: 0.6, .jawDrop: 0.25, .eyeClosure: 0.35,
    ] as ActionUnits).values
}

/// How strongly each action is present: 0 is absent, 1 is the textbook strength.
struct ActionUnits: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  /// One lane for each action, in the order of ``ActionUnit``.
  var values: SIMD16<Float>

  init(values: SIMD16<Float>) {
    self.values = values
  }

  init(dictionaryLiteral elements: (ActionUnit, Float)...) {
    values = .zero
    for (unit, strength) in elements {
      values[unit.rawValue] = strength
    }
  }

  subscript(unit: ActionUnit) -> Float {
    values[unit.rawValue]
  }
}

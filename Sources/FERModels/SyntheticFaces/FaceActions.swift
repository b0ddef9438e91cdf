/// A half of the face, as seen in the picture.
enum FaceSide: CaseIterable, Sendable {
  case left, right

  /// The sign of x on this side.
  var sign: Float { self == .left ? -1 : 1 }
}

/// The actions of both halves of one face; expressions are seldom symmetric.
struct FaceActions: Sendable {
  var left: ActionUnits
  var right: ActionUnits

  /// Actions of one strength whose halves differ by the relative amounts `asymmetry`.
  init(_ strength: SIMD16<Float>, asymmetry: SIMD16<Float>) {
    left = ActionUnits(values: strength * (1 + asymmetry))
    right = ActionUnits(values: strength * (1 - asymmetry))
  }

  /// The actions of one half.
  subscript(side: FaceSide) -> ActionUnits {
    side == .left ? left : right
  }

  /// The mean of both halves, for what lies on the midline.
  subscript(unit: ActionUnit) -> Float {
    0.5 * (left[unit] + right[unit])
  }
}

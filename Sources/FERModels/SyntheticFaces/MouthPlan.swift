/// Where the parts of the mouth stand under the given actions.
struct MouthPlan {
  let left: SIMD2<Float>
  let right: SIMD2<Float>
  let arch: Float
  let skew: Float
  let rise: Float
  let fall: Float
  let fullness: Float

  init(identity: FaceIdentity, actions: FaceActions) {
    let sneer = actions.right[.upperLipRaiser] - actions.left[.upperLipRaiser]
    let drop = actions[.jawDrop]
    let parted = actions[.lipsPart]
    let raiser = actions[.upperLipRaiser]
    let stretch = unitClamped(max(actions[.lipStretcher], actions[.lipTightener]))
    func corner(_ side: FaceSide) -> SIMD2<Float> {
      let own = actions[side]
      let width =
        identity.mouthHalfWidth + 0.13 * own[.lipCornerPuller] + 0.12 * own[.lipStretcher]
        - 0.06 * own[.lipTightener] - 0.09 * own[.jawDrop] * (1 - unitClamped(own[.lipCornerPuller]))
        - 0.02 * own[.upperLipRaiser]
      let height =
        identity.mouthHeight - identity.mouthBend - 0.15 * own[.lipCornerPuller] + 0.12 * own[.lipCornerDepressor]
        + 0.03 * own[.lipStretcher] + 0.08 * own[.jawDrop] + 0.02 * own[.upperLipRaiser]
      return SIMD2(side.sign * max(width, 0.12), height)
    }
    left = corner(.left)
    right = corner(.right)
    let center =
      identity.mouthHeight - 0.04 * raiser - 0.045 * actions[.chinRaiser] + 0.03 * actions[.lipCornerPuller]
      + 0.02 * drop
    arch = 0.5 * (left.y + right.y) - center
    skew = 0.06 * sneer
    let gate = unitClamped(2 * parted)
    rise = gate * (0.015 + 0.02 * parted + 0.05 * drop + 0.05 * raiser + 0.035 * actions[.lipTightener])
    fall = gate * (0.015 + 0.055 * parted + 0.045 * actions[.lipTightener] + 0.02 * stretch) + 0.3 * drop * gate
    fullness = 0.2 + 0.7 * stretch
  }

  /// The region between the lips.
  var opening: Lens {
    Lens(from: left, to: right, arch: arch, skew: skew, rise: rise, fall: fall, fullness: fullness)
  }
}

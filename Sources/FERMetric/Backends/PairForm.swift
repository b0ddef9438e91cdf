internal import CFERKernels

/// What is summed over the coordinates of two rows, with its parameter.
struct PairForm<Scalar: TensorScalar> {
  let form: fer_pair_form
  let parameter: Scalar

  /// |x − y|ᵖ
  static func power(_ p: Double) -> PairForm {
    PairForm(
      form: p == 2 ? FER_PAIR_SQUARE : p == 1 ? FER_PAIR_MAGNITUDE : FER_PAIR_POWER, parameter: Scalar(p))
  }

  /// x·y
  static var product: PairForm { PairForm(form: FER_PAIR_PRODUCT, parameter: 0) }

  /// (x − y)²/(x + y + ε)
  static func ratio(epsilon: Double) -> PairForm { PairForm(form: FER_PAIR_RATIO, parameter: Scalar(epsilon)) }

  /// (x − y)²/(|x| + |y|), 0 where both are
  static var sizeRatio: PairForm { PairForm(form: FER_PAIR_SIZE_RATIO, parameter: .leastNormalMagnitude) }
}

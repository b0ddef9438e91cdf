/// How the two distances of a triplet become a loss: d⁺ from anchor to positive, d⁻ from anchor to negative.
public enum TripletForm: Sendable, Hashable, Codable {
  /// max(0, d⁺ − d⁻ + m); subgradient 0 at 0.
  case hinge(margin: Double)
  /// ln(1 + exp(d⁺ − d⁻ + m)), the soft margin of Hermans et al., who take m = 0.
  case softplus(margin: Double)
  /// −ln(1 − d⁺/β + ε) − ln(1 − (N − d⁻)/β + ε) with N = D and ε = 10⁻⁸: Arsenault's lossless form, for squared
  /// distances of coordinates in 0…1. β is N where it is `nil`, and never less: the logarithms would have no value.
  case lossless(beta: Double?)

  /// The margin, where the form has one.
  var margin: Double {
    switch self {
    case .hinge(let margin), .softplus(let margin): margin
    case .lossless: 0
    }
  }
}

/// A form for one scalar type and one dimension: the loss of a triplet and its slopes.
struct TripletTerm<Scalar: TensorScalar> {
  /// A triplet's loss, and its derivatives by both distances.
  struct Outcome {
    var value, nearSlope, farSlope: Scalar
    var isActive: Bool
  }

  let form: TripletForm
  /// Added to every bracket; margins of classes come on top.
  let margin: Scalar
  private let beta, reach: Scalar
  private let epsilon: Scalar = 1e-8

  init(_ form: TripletForm, dimension: Int) {
    self.form = form
    margin = Scalar(form.margin)
    if case .lossless(let given) = form {
      let bound = given ?? Double(dimension)
      precondition(
        bound >= Double(dimension),
        "β = \(bound) lies below \(dimension), the largest squared distance of \(dimension) coordinates")
      beta = Scalar(bound)
      reach = Scalar(bound - Double(dimension))
    } else {
      beta = 1
      reach = 0
    }
  }

  /// Whether the loss is a sum of one function of d⁺ and one of d⁻.
  var isSeparable: Bool { if case .lossless = form { true } else { false } }

  /// The loss of one triplet with a margin.
  @inline(__always)
  func outcome(near: Scalar, far: Scalar, margin: Scalar) -> Outcome {
    switch form {
    case .hinge:
      let bracket = near - far + margin
      return bracket > 0
        ? Outcome(value: bracket, nearSlope: 1, farSlope: -1, isActive: true)
        : Outcome(value: 0, nearSlope: 0, farSlope: 0, isActive: false)
    case .softplus:
      let bracket = near - far + margin
      let value = max(bracket, 0) + Scalar.logarithm(onePlus: Scalar.exponential(-abs(bracket)))
      let slope = Logistic(bracket).value
      return Outcome(value: value, nearSlope: slope, farSlope: -slope, isActive: bracket > 0)
    case .lossless:
      let (nearValue, nearSlope) = attraction(near)
      let (farValue, farSlope) = repulsion(far)
      return Outcome(value: nearValue + farValue, nearSlope: nearSlope, farSlope: farSlope, isActive: true)
    }
  }

  /// −ln(1 − d⁺/β + ε), held at its largest value beyond β, and its slope.
  @inline(__always)
  func attraction(_ distance: Scalar) -> (value: Scalar, slope: Scalar) {
    let room = max(beta - distance, 0) / beta + epsilon
    return (-Scalar.logarithm(room), distance < beta ? 1 / (room * beta) : 0)
  }

  /// −ln(1 − (N − d⁻)/β + ε), and its slope.
  @inline(__always)
  func repulsion(_ distance: Scalar) -> (value: Scalar, slope: Scalar) {
    let room = (reach + distance) / beta + epsilon
    return (-Scalar.logarithm(room), -1 / (room * beta))
  }
}

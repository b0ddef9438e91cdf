import FERMetric
import FERModels

/// Compares the gradients of a model with central differences in `Double`.
struct LayerGradientCheck<Model: Parameterized> where Model.Scalar == Double {
  let model: Model
  let input: Tensor<Double>
  /// The scalar function of model and input.
  let value: (inout Model, Tensor<Double>) -> Double
  /// Adds the gradients of the parameters and returns that by the input; nil if the input has none.
  let backward: (inout Model, Tensor<Double>) -> Tensor<Double>?

  private let step = 1e-5

  /// The largest error over all parameters and the input, relative to the gradient where that exceeds 1.
  ///
  /// Of each tensor every element counts if there are few, else 24 of them, evenly spread.
  func worstError() -> Double {
    var differentiated = model
    differentiated.clearGradients()
    let inputGradient = backward(&differentiated, input)
    var worst = 0.0
    for (name, gradient) in differentiated.namedGradients {
      for i in places(gradient.count) {
        let estimate = slope { copy, _, offset in
          copy.visitParameters { candidate, parameter in
            if candidate == name { Self.move(&parameter.value, i, offset) }
          }
        }
        worst = max(worst, Self.error(gradient.array[i], estimate))
      }
    }
    if let inputGradient {
      for i in places(input.count) {
        let estimate = slope { _, moved, offset in Self.move(&moved, i, offset) }
        worst = max(worst, Self.error(inputGradient.array[i], estimate))
      }
    }
    return worst
  }

  private func slope(_ perturb: (inout Model, inout Tensor<Double>, Double) -> Void) -> Double {
    let values = [step, -step].map { offset in
      var copy = model
      var moved = input
      perturb(&copy, &moved, offset)
      return value(&copy, moved)
    }
    return (values[0] - values[1]) / (2 * step)
  }

  private func places(_ count: Int) -> [Int] {
    count <= 24 ? Array(0..<count) : (0..<24).map { $0 * count / 24 }
  }

  private static func move(_ tensor: inout Tensor<Double>, _ place: Int, _ offset: Double) {
    var elements = tensor.mutableSpan
    elements[place] += offset
  }

  private static func error(_ exact: Double, _ estimate: Double) -> Double {
    (exact - estimate).magnitude / max(1, exact.magnitude, estimate.magnitude)
  }
}

extension LayerGradientCheck where Model: Layer {
  /// Checks a layer under the sum of its outputs times fixed numbers.
  init(_ layer: Model, input: Tensor<Double>) {
    self.init(
      model: layer, input: input,
      value: { layer, input in
        let output = layer.forward(input).output
        return (output * Formula.uniform("probe", output.shape)).sum()
      },
      backward: { layer, input in
        let (output, trace) = layer.forward(input)
        return layer.backward(Formula.uniform("probe", output.shape), through: trace)
      })
  }
}

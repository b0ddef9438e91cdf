import FERMetric
import FERModels

/// Weights and inputs as a function of key and index; Tests/Fixtures/ResNet/formula.py computes the same numbers.
enum Formula {
  /// Random bits for each index: SplitMix64 seeded by the FNV-1a hash of the key.
  static func bits(_ key: String) -> SplitMix64 {
    SplitMix64(seed: key.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
  }

  /// Numbers in −1..<1 times `factor` plus `offset`.
  static func uniform<Scalar: TensorScalar>(
    _ key: String, _ shape: Shape, times factor: Double = 1, plus offset: Double = 0
  ) -> Tensor<Scalar> {
    var bits = bits(key)
    return Tensor(
      (0..<shape.elementCount).map { _ in
        Scalar((Double(bits.next() >> 11) * 0x1p-53 * 2 - 1) * factor + offset)
      }, shape: shape)
  }

  /// The value of a parameter or buffer.
  ///
  /// With calm normalizations few inputs of a ReLU lie near zero, where single and double precision may take different
  /// sides: scale 0.25 ± 0.0625, shift four to six times 0.25, in either direction for the first normalization of a block
  /// and upward for the others, so that no sum of a block lies near zero.
  static func value<Scalar: TensorScalar>(_ name: String, _ shape: Shape, calm: Bool = false) -> Tensor<Scalar> {
    if calm && shape.count == 1 && (name.contains("bn") || name.contains("downsample")) {
      if name.hasSuffix(".weight") { return uniform(name, shape, times: 0.0625, plus: 0.25) }
      if name.hasSuffix(".bias") {
        let shift: Tensor<Scalar> = uniform(name, shape, times: 0.5).map { $0 + ($0 < 0 ? -1 : 1) }
        return name.hasSuffix("bn1.bias") ? shift : shift.map { $0.magnitude }
      }
    }
    if name.hasSuffix(".running_var") { return uniform(name, shape, times: 0.5, plus: 1) }
    switch shape.count {
    case 4: return uniform(name, shape, times: (6 / Double(max(shape[0], shape[1]) * shape[2] * shape[3])).squareRoot())
    case 2: return uniform(name, shape, times: (3 / Double(shape[1])).squareRoot())
    default:
      return name.hasSuffix(".weight") ? uniform(name, shape, times: 0.25, plus: 1) : uniform(name, shape, times: 0.1)
    }
  }

  /// Pictures [B, side, side, 3].
  static func pictures<Scalar: TensorScalar>(_ batch: Int, _ side: Int, key: String = "pictures") -> Tensor<Scalar> {
    uniform(key, [batch, side, side, 3], times: 2)
  }

  /// Sums of the elements under eight sets of signs, one for each low bit.
  ///
  /// For a difference d of two tensors the mean of the squared sums of d estimates ‖d‖² without bias.
  static func projections<Scalar: TensorScalar>(_ name: String, _ tensor: Tensor<Scalar>) -> [Double] {
    var bits = bits("projection/" + name)
    var sums = [Double](repeating: 0, count: 8)
    for value in tensor.array {
      let word = bits.next()
      for k in 0..<8 { sums[k] += word >> UInt64(k) & 1 == 0 ? Double(value) : -Double(value) }
    }
    return sums
  }
}

extension Parameterized {
  /// Sets every parameter and buffer by the formula.
  mutating func fillByFormula(calm: Bool = false) {
    visitParameters { name, parameter in
      parameter.value = Formula.value(name, parameter.value.shape, calm: calm)
    }
    visitBuffers { name, buffer in
      if case .values(let values) = buffer { buffer = .values(Formula.value(name, values.shape)) }
    }
  }

  /// The gradients of all parameters by name.
  var namedGradients: [(name: String, tensor: Tensor<Scalar>)] {
    var copy = self
    var result: [(name: String, tensor: Tensor<Scalar>)] = []
    copy.visitParameters { name, parameter in result.append((name, parameter.gradient)) }
    return result
  }

  /// The buffers that are tensors, by name.
  var namedBuffers: [(name: String, tensor: Tensor<Scalar>)] {
    var copy = self
    var result: [(name: String, tensor: Tensor<Scalar>)] = []
    copy.visitBuffers { name, buffer in
      if case .values(let values) = buffer { result.append((name, values)) }
    }
    return result
  }

  /// The values of the parameters by name.
  var namedValues: [(name: String, tensor: Tensor<Scalar>)] {
    var copy = self
    var result: [(name: String, tensor: Tensor<Scalar>)] = []
    copy.visitParameters { name, parameter in result.append((name, parameter.value)) }
    return result
  }
}

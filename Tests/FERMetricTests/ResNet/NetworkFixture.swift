import FERMetric
import FERModels
import Testing

/// Golden values of PyTorch in double precision, written by Tests/Fixtures/ResNet/make.py.
struct NetworkFixture {
  let file: SafetensorsFile

  static func path(_ name: String) -> String {
    #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Fixtures/ResNet/" + name
  }

  init() throws {
    file = try SafetensorsFile(contentsOf: Self.path("networks.safetensors"))
  }

  func tensor(_ name: String) throws -> Tensor<Double> { try file.tensor(name) }

  /// Expects a relative L2 error of at most `tolerance`.
  func expect<Scalar: TensorScalar>(
    _ measured: Tensor<Scalar>, equals name: String, within tolerance: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let expected = try tensor(name)
    #expect(measured.shape == expected.shape, sourceLocation: sourceLocation)
    guard measured.shape == expected.shape else { return }
    let error = (measured.converted(to: Double.self) - expected).norm() / expected.norm()
    #expect(error <= tolerance, "\(name): relative error \(error)", sourceLocation: sourceLocation)
  }

  /// Expects for each named tensor a relative L2 error of at most `tolerance`, estimated from eight signed sums.
  ///
  /// A tensor whose true value is zero, such as the gradient by a bias that a normalization takes away, has no
  /// relative error: it must be small against all tensors together.
  func expect<Scalar: TensorScalar>(
    _ measured: [(name: String, tensor: Tensor<Scalar>)], statistics name: String, within tolerance: Double,
    leavingOut suffix: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let expected = try tensor(name)
    let names = try #require(file.metadata[name]).split(separator: "\n").map(String.init)
    #expect(measured.map(\.name) == names, sourceLocation: sourceLocation)
    guard measured.map(\.name) == names else { return }
    let total = (0..<names.count).reduce(0) { $0 + expected[$1, 0] * expected[$1, 0] }.squareRoot()
    for (i, item) in measured.enumerated() where suffix.map({ !item.name.hasSuffix($0) }) ?? true {
      let norm = expected[i, 0]
      if norm < 1e-10 * total {
        let ratio = Double(item.tensor.norm()) / total
        #expect(ratio <= tolerance, "\(name): \(item.name) is \(ratio), not 0", sourceLocation: sourceLocation)
        continue
      }
      let sums = Formula.projections(item.name, item.tensor)
      let square = (0..<8).reduce(0) { $0 + (sums[$1] - expected[i, $1 + 1]) * (sums[$1] - expected[i, $1 + 1]) } / 8
      let error = square.squareRoot() / norm
      #expect(error <= tolerance, "\(name): \(item.name) has relative error \(error)", sourceLocation: sourceLocation)
    }
  }
}

/// The mean softmax cross-entropy for the labels (i + shift) mod C, and its gradient by the logits.
func crossEntropy<Scalar: TensorScalar>(
  _ logits: Tensor<Scalar>, shift: Int = 0
) -> (value: Double, gradient: Tensor<Scalar>) {
  let (rows, classes) = (logits.shape[0], logits.shape[1])
  let logarithms = logits.logSoftmax()
  var gradient = logits.softmax() / Scalar(rows)
  var value = 0.0
  for i in 0..<rows {
    value -= Double(logarithms[i, (i + shift) % classes]) / Double(rows)
    gradient[i, (i + shift) % classes] -= 1 / Scalar(rows)
  }
  return (value, gradient)
}

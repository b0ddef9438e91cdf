import FERMetric
import FERModels
import Foundation

/// A safetensors file of expected numbers.
struct GoldenFile: Sendable {
  let file: SafetensorsFile

  /// Opens Fixtures/`path`.
  init(_ path: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    file = try SafetensorsFile(contentsOf: folder.appending(path: "Fixtures/" + path).path)
  }

  /// The names of all tensors.
  var names: [String] { file.entries.map(\.name) }

  func tensor<Scalar: TensorScalar>(_ name: String) throws -> Tensor<Scalar> { try file.tensor(name) }
  func integers(_ name: String) throws -> [Int] { try file.integers(name).map { Int($0) } }
}

/// The largest difference of two tensors, relative to the largest number expected, or to `floor` if that is larger.
func relativeDifference<Scalar: TensorScalar>(
  _ actual: Tensor<Scalar>, _ expected: Tensor<Double>, floor: Double = 1e-3
) -> Double {
  guard actual.shape == expected.shape else { return .infinity }
  let scale = expected.array.reduce(floor) { max($0, $1.magnitude) }
  return zip(actual.array, expected.array).reduce(0) {
    let difference = (Double($1.0) - $1.1).magnitude / scale
    return difference <= $0 ? $0 : difference.isNaN ? .infinity : difference
  }
}

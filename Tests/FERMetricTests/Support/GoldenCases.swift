import FERMetric
import FERModels
import Foundation
import Testing

/// A file of golden values that a script in Tests/Fixtures wrote: inputs and results by the names of their cases, and
/// the settings of each case.
struct GoldenCases<Settings: Decodable> {
  let file: SafetensorsFile
  let settings: [String: Settings]

  /// Opens Tests/Fixtures/`name`.
  init(_ name: String) throws {
    let path = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Fixtures/" + name
    file = try SafetensorsFile(contentsOf: path)
    let text = try #require(file.metadata["settings"])
    settings = try JSONDecoder().decode([String: Settings].self, from: Data(text.utf8))
  }

  func tensor<Scalar: TensorScalar>(_ name: String) throws -> Tensor<Scalar> { try file.tensor(name) }

  func tensorIfPresent<Scalar: TensorScalar>(_ name: String) throws -> Tensor<Scalar>? {
    file[name] == nil ? nil : try file.tensor(name)
  }

  func integers(_ name: String) throws -> [Int] { try file.integers(name).map { Int($0) } }

  /// Expects every number to be within `tolerance` of the file's, relative to the largest of them or to `scale`.
  func expect<Scalar: TensorScalar>(
    _ measured: [Scalar], equals name: String, within tolerance: Double, scale: Double = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let expected: Tensor<Double> = try file.tensor(name)
    let largest = expected.array.reduce(scale) { max($0, $1.magnitude) }
    let error = largestDifference(measured.map { Double($0) }, expected.array)
    #expect(error <= tolerance * largest, "\(name): error \(error) of \(largest)", sourceLocation: sourceLocation)
  }
}

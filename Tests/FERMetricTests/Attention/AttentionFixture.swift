import FERModels

extension NetworkFixture {
  /// Where golden values stand, other than beside the ResNets.
  enum Place: String {
    /// Of Tests/Fixtures/Attention/make.py.
    case attention = "Attention/attention.safetensors"
  }

  init(_ place: Place) throws {
    let tests = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
    file = try SafetensorsFile(contentsOf: tests + "/Fixtures/" + place.rawValue)
  }
}

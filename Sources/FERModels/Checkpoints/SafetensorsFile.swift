public import FERMetric

/// A safetensors file in memory: named tensors and text.
///
///     let file = try SafetensorsFile(contentsOf: "resnet50.safetensors")
///     let filters = try file.tensor("conv1.weight", as: Float.self)      // [64, 3, 7, 7]
///
/// Opening validates everything: the header's length and syntax, unique names, known types, sizes that match shapes,
/// and tensors that fill the file without gap or overlap. A file that opens can be read to its end.
///
/// - SeeAlso: The format at https://github.com/huggingface/safetensors.
public struct SafetensorsFile: Sendable {
  /// One tensor of a file.
  public struct Entry: Sendable, Hashable {
    /// The name.
    public let name: String
    /// The type of the elements.
    public let type: SafetensorsType
    /// The shape.
    public let shape: Shape
    /// The bytes of the file that hold the elements.
    public internal(set) var range: Range<Int>
    let headerOffset: Int
  }

  /// Where the file came from; errors show it.
  public let path: String
  /// The text stored under `__metadata__`.
  public let metadata: [String: String]
  /// The tensors in the order of their places.
  public let entries: [Entry]

  private let index: [String: Int]
  private let bytes: [UInt8]

  /// Opens and validates a file.
  public init(contentsOf path: String) throws(SafetensorsError) {
    let bytes: [UInt8]
    do {
      bytes = try FileStore.read(path)
    } catch {
      throw SafetensorsError(path: path, problem: .unreadable(reason: error.reason))
    }
    try self.init(bytes: bytes, path: path)
  }

  /// Validates bytes that are in memory already; errors call them `path`.
  public init(bytes: [UInt8], path: String) throws(SafetensorsError) {
    let header = try SafetensorsHeader(bytes, path: path)
    self.path = path
    self.bytes = bytes
    metadata = header.metadata
    entries = header.entries
    index = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
  }

  /// The tensor of a name, if there is one.
  public subscript(name: String) -> Entry? { index[name].map { entries[$0] } }

  /// The elements of a tensor of floating-point numbers, rounded to `Scalar`.
  ///
  /// - Throws: ``SafetensorsError/Problem/missing`` or ``SafetensorsError/Problem/wrongType(expected:found:)``.
  public func tensor<Scalar: TensorScalar>(
    _ name: String, as type: Scalar.Type = Scalar.self
  ) throws(SafetensorsError) -> Tensor<Scalar> {
    let entry = try entry(name)
    switch entry.type {
    case .f64: return decode(entry) { Scalar(Double(bitPattern: $0)) }
    case .f32: return decode(entry) { Scalar(Float(bitPattern: UInt32($0))) }
    case .bf16: return decode(entry) { Scalar(NarrowFloat.brain.decode(UInt16($0))) }
    case .f16: return decode(entry) { Scalar(NarrowFloat.half.decode(UInt16($0))) }
    case .i64: throw error(entry, .wrongType(expected: "floating-point numbers", found: entry.type))
    }
  }

  /// The elements of a tensor of whole numbers in row-major order.
  ///
  /// - Throws: ``SafetensorsError/Problem/missing`` or ``SafetensorsError/Problem/wrongType(expected:found:)``.
  public func integers(_ name: String) throws(SafetensorsError) -> [Int64] {
    let entry = try entry(name)
    guard entry.type == .i64 else { throw error(entry, .wrongType(expected: "whole numbers", found: entry.type)) }
    return stride(from: entry.range.lowerBound, to: entry.range.upperBound, by: 8).map {
      Int64(bitPattern: pattern(at: $0, byteCount: 8))
    }
  }

  private func entry(_ name: String) throws(SafetensorsError) -> Entry {
    guard let entry = self[name] else { throw SafetensorsError(path: path, tensor: name, problem: .missing) }
    return entry
  }

  private func error(_ entry: Entry, _ problem: SafetensorsError.Problem) -> SafetensorsError {
    SafetensorsError(path: path, tensor: entry.name, offset: entry.headerOffset, problem: problem)
  }

  private func decode<Scalar: TensorScalar>(_ entry: Entry, _ convert: (UInt64) -> Scalar) -> Tensor<Scalar> {
    var tensor = Tensor<Scalar>(uninitialized: entry.shape)
    let byteCount = entry.type.byteCount
    var elements = tensor.mutableSpan
    for i in elements.indices {
      elements[i] = convert(pattern(at: entry.range.lowerBound + i * byteCount, byteCount: byteCount))
    }
    return tensor
  }

  private func pattern(at offset: Int, byteCount: Int) -> UInt64 {
    var pattern: UInt64 = 0
    for i in 0..<byteCount { pattern |= UInt64(bytes[offset + i]) << UInt64(8 * i) }
    return pattern
  }
}

public import FERMetric

/// Collects named tensors and text and writes them as a safetensors file.
///
///     var writer = SafetensorsWriter(metadata: ["format": "pt"])
///     writer.add("conv1.weight", filters)
///     try writer.write(to: "weights.safetensors")
///
/// Equal contents give equal bytes: tensors are ordered by type and name as the format's own library orders them,
/// metadata by key. A file is written beside its place, flushed to the disk and renamed, so that no reader and no
/// power failure meets half of it.
public struct SafetensorsWriter: Sendable {
  /// Text to store under `__metadata__`.
  public var metadata: [String: String]

  private struct Item {
    let name: String
    let type: SafetensorsType
    let shape: Shape
    let bytes: [UInt8]
  }

  private var items: [Item] = []
  private var names: Set<String> = ["__metadata__"]

  /// Creates an empty collection.
  public init(metadata: [String: String] = [:]) {
    self.metadata = metadata
  }

  /// Adds a tensor, rounded to `type`; by default F32 for `Float` and F64 for `Double`.
  ///
  /// - Precondition: The name is new and not `__metadata__`; `type` is a floating-point type.
  public mutating func add<Scalar: TensorScalar>(
    _ name: String, _ tensor: Tensor<Scalar>, as type: SafetensorsType? = nil
  ) {
    let type = type ?? .native(to: Scalar.self)
    let bytes =
      switch type {
      case .f64: Self.encode(tensor, 8) { Double($0).bitPattern }
      case .f32: Self.encode(tensor, 4) { UInt64(Float($0).bitPattern) }
      case .bf16: Self.encode(tensor, 2) { UInt64(NarrowFloat.brain.encode(Double($0))) }
      case .f16: Self.encode(tensor, 2) { UInt64(NarrowFloat.half.encode(Double($0))) }
      case .i64: preconditionFailure("tensor \"\(name)\" holds floating-point numbers, which I64 cannot")
      }
    append(Item(name: name, type: type, shape: tensor.shape, bytes: bytes))
  }

  /// Adds a tensor of whole numbers.
  ///
  /// - Precondition: The name is new and not `__metadata__`; there are as many numbers as the shape holds.
  public mutating func add(_ name: String, integers: [Int64], shape: Shape) {
    precondition(
      integers.count == shape.elementCount,
      "tensor \"\(name)\" of shape \(shape) has \(shape.elementCount) elements, but \(integers.count) were given")
    var bytes: [UInt8] = []
    for value in integers {
      for i in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> Int64(8 * i))) }
    }
    append(Item(name: name, type: .i64, shape: shape, bytes: bytes))
  }

  private mutating func append(_ item: Item) {
    precondition(names.insert(item.name).inserted, "the name \"\(item.name)\" is taken already")
    items.append(item)
  }

  /// The whole file.
  public var bytes: [UInt8] { chunks.reduce(into: []) { $0 += $1 } }

  /// Writes the file, replacing the one at `path` in one step.
  ///
  /// - Throws: ``SafetensorsError/Problem/unwritable(reason:)``; the former file is intact then.
  public func write(to path: String) throws(SafetensorsError) {
    do {
      try FileStore.replace(path, with: chunks)
    } catch {
      throw SafetensorsError(path: path, problem: .unwritable(reason: error.reason))
    }
  }

  /// Length, header and each tensor's bytes.
  private var chunks: [[UInt8]] {
    let sorted = items.sorted { left, right in
      left.type == right.type
        ? left.name.utf8.lexicographicallyPrecedes(right.name.utf8) : left.type.rank < right.type.rank
    }
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      fields.append(
        "\"__metadata__\":{" + pairs.map { Self.quoted($0) + ":" + Self.quoted($1) }.joined(separator: ",") + "}")
    }
    var offset = 0
    for item in sorted {
      let shape = item.shape.dimensions.map(String.init).joined(separator: ",")
      fields.append(
        "\(Self.quoted(item.name)):{\"dtype\":\"\(item.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(offset + item.bytes.count)]}")
      offset += item.bytes.count
    }
    var header = Array(("{" + fields.joined(separator: ",") + "}").utf8)
    while header.count % 8 != 0 { header.append(0x20) }
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    return [length, header] + sorted.map(\.bytes)
  }

  private static func encode<Scalar: TensorScalar>(
    _ tensor: Tensor<Scalar>, _ byteCount: Int, _ pattern: (Scalar) -> UInt64
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: tensor.count * byteCount)
    let elements = tensor.span
    for i in elements.indices {
      let pattern = pattern(elements[i])
      for j in 0..<byteCount { bytes[i * byteCount + j] = UInt8(truncatingIfNeeded: pattern >> UInt64(8 * j)) }
    }
    return bytes
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{8}": result += "\\b"
      case "\u{C}": result += "\\f"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

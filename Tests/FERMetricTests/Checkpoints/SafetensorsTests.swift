import FERMetric
import FERModels
import Foundation
import Testing

@Suite struct SafetensorsTests {
  static func path(_ name: String) -> String {
    #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Fixtures/Checkpoints/" + name
  }

  /// What Tests/Fixtures/Checkpoints/make.py stores in each type.
  static let values = (0..<12).map { (Double($0) - 5) * 0.37 * Double(sign: .plus, exponent: $0 - 6, significand: 1) }

  @Test func `A file of the format's own library is read`() throws {
    let file = try SafetensorsFile(contentsOf: Self.path("types.safetensors"))
    #expect(file.metadata == ["note": "tab\there, \"quotes\", \\ and ñ"])
    #expect(try file.tensor("f64", as: Double.self) == Tensor(Self.values, shape: [3, 4]))
    #expect(try file.tensor("f32", as: Float.self) == Tensor(Self.values.map(Float.init), shape: [3, 4]))
    let half: Tensor<Double> = try file.tensor("f16")
    #expect(zip(half.array, Self.values).allSatisfy { ($0 - $1).magnitude <= max(0x1p-11 * $1.magnitude, 0x1p-25) })
    let brain: Tensor<Float> = try file.tensor("bf16")
    #expect(zip(brain.array, Self.values).allSatisfy { (Double($0) - $1).magnitude <= 0x1p-8 * $1.magnitude })
    #expect(try file.integers("i64") == [-1, 1 << 62, 0])
    #expect(try file.tensor("scalar", as: Float.self).scalar == 0.5)
    #expect(try file.tensor("empty", as: Float.self).shape == [0, 3])
    #expect(try file.tensor("ключ \"quoted\"", as: Double.self).array == [1, 2])
    #expect(file["f16"]?.type == .f16 && file["none"] == nil)
  }

  @Test func `Writing what was read gives the same bytes`() throws {
    let path = Self.path("types.safetensors")
    let file = try SafetensorsFile(contentsOf: path)
    var writer = SafetensorsWriter(metadata: file.metadata)
    for entry in file.entries.reversed() {
      if entry.type == .i64 {
        writer.add(entry.name, integers: try file.integers(entry.name), shape: entry.shape)
      } else {
        writer.add(entry.name, try file.tensor(entry.name, as: Double.self), as: entry.type)
      }
    }
    #expect(Data(writer.bytes) == (try Data(contentsOf: URL(filePath: path))))
  }

  @Test func `Text needs no more than the format's escapes`() throws {
    let text = "quote \" backslash \\ control \u{1} \u{8}\u{C}\n\r\t astral 😀 slash /"
    var writer = SafetensorsWriter(metadata: [text: text])
    writer.add(text, Tensor<Float>([1]))
    let file = try SafetensorsFile(bytes: writer.bytes, path: "memory")
    #expect(file.metadata == [text: text] && file.entries.map(\.name) == [text])
    let escaped = Self.file(#"{"__metadata__":{"a":"\u00e9\ud83d\ude00\/"}}"#, 0)
    #expect(try SafetensorsFile(bytes: escaped, path: "memory").metadata == ["a": "é😀/"])
  }

  static func file(_ header: String, _ dataSize: Int, length: UInt64? = nil) -> [UInt8] {
    let count = length ?? UInt64(header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + Array(header.utf8)
      + [UInt8](repeating: 0, count: dataSize)
  }

  static let a = #""a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#
  static func tensor(_ name: String, _ begin: Int, _ end: Int, shape: String = "1", type: String = "F32") -> String {
    #""\#(name)":{"dtype":"\#(type)","shape":[\#(shape)],"data_offsets":[\#(begin),\#(end)]}"#
  }

  @Test func `Order of names and space around them do not matter`() throws {
    let file = try SafetensorsFile(bytes: Self.file("{ \(Self.tensor("b", 8, 12)),\n\(Self.a) }  ", 12), path: "memory")
    #expect(file.entries.map(\.name) == ["a", "b"])
    #expect(try SafetensorsFile(bytes: Self.file("{}", 0), path: "memory").entries.isEmpty)
  }

  /// Damaged files, each with what the reader must say: tensor, byte, and a word of the problem.
  static let damaged: [(name: String, bytes: [UInt8], tensor: String?, offset: Int?, word: String)] = [
    ("shorter than a length", [0, 0, 0], nil, nil, "8 bytes"),
    ("header longer than the file", file("{\(a)}", 8, length: 1_000_000), nil, 0, "claims 1000000"),
    ("header of 2⁶³ bytes", file("{\(a)}", 8, length: 1 << 63), nil, 0, "claims 9223372036854775808"),
    ("overlap", file("{\(a),\(tensor("b", 4, 8))}", 8), "b", 62, "do not continue at 8"),
    ("hole", file("{\(a),\(tensor("b", 12, 16))}", 16), "b", 62, "do not continue at 8"),
    ("data not from 0", file("{\(tensor("b", 4, 8))}", 8), "b", 9, "do not continue at 0"),
    ("end before begin", file("{\(tensor("a", 8, 4))}", 8), "a", 9, "do not continue"),
    ("shape larger than offsets", file("{\(tensor("a", 0, 8, shape: "3"))}", 8), "a", 9, "need 12 bytes"),
    ("overflow", file("{\(tensor("a", 0, 8, shape: "4611686018427387904,4"))}", 8), "a", 9, "shape and type"),
    (
      "overflow beside zero", file("{\(tensor("a", 0, 0, shape: "4611686018427387904,4,0"))}", 0), "a", 9,
      "shape and type"
    ),
    ("unknown type", file("{\(tensor("a", 0, 4, type: "F33"))}", 4), "a", 9, "F33 is not supported"),
    ("file cut short", file("{\(a)}", 7), "a", nil, "download or export"),
    ("file too long", file("{\(a)}", 9), nil, nil, "download or export"),
    ("same name twice", file("{\(a),\(tensor("a", 8, 12))}", 12), "a", 62, "occurs twice"),
    ("metadata twice", file(#"{"__metadata__":{},"__metadata__":{}}"#, 0), "__metadata__", 27, "occurs twice"),
    ("key of metadata twice", file(#"{"__metadata__":{"k":"","k":""}}"#, 0), "__metadata__.k", 32, "occurs twice"),
    ("number in metadata", file(#"{"__metadata__":{"k":1}}"#, 0), nil, 29, "expected"),
    ("no object", file("[]", 0), nil, 8, "expected"),
    ("no JSON", file(#"{"a": nonsense}"#, 0), nil, 14, "expected"),
    ("text behind", file("{\(a)}x", 8), nil, 62, "after the end"),
    ("negative length", file("{\(tensor("a", 0, 4, shape: "-1"))}", 4), nil, 37, "not negative"),
    ("leading zero", file("{\(tensor("a", 0, 4, shape: "01"))}", 4), nil, 37, "not negative"),
    ("offset beyond 64 bits", file("{\(tensor("a", 0, 4, shape: "99999999999999999999"))}", 4), nil, 37, "whole"),
    ("three offsets", file(#"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4,8]}}"#, 8), nil, 9, "two data_offsets"),
    ("no shape", file(#"{"a":{"dtype":"F32","data_offsets":[0,4]}}"#, 4), nil, 9, "needs dtype, shape"),
    ("unknown key", file(#"{"a":{"dtyp":"F32"}}"#, 0), nil, 14, "unknown or repeated key"),
    ("string without end", file(#"{"a"#, 0), nil, 10, "without end"),
    ("half a surrogate pair", file(#"{"\ud83d":{}}"#, 0), nil, 10, "surrogate"),
    ("escape of three digits", file(#"{"\u00e":{}}"#, 0), nil, 10, "hexadecimal"),
    ("control character", file("{\"\u{1}\":{}}", 0), nil, 10, "control"),
    ("not UTF-8", [5, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x22, 0xFF, 0x22, 0x7D], nil, 10, "UTF-8"),
  ]

  @Test(arguments: damaged.indices) func `Damage is refused and named`(index: Int) {
    let item = Self.damaged[index]
    do throws(SafetensorsError) {
      _ = try SafetensorsFile(bytes: item.bytes, path: "weights.safetensors")
      Issue.record("\(item.name) was accepted")
    } catch {
      #expect(error.tensor == item.tensor && error.offset == item.offset, "\(item.name): \(error)")
      #expect(error.description.hasPrefix("weights.safetensors: "))
      #expect(error.description.contains(item.word), "\(item.name): \(error)")
    }
  }

  @Test func `Wrong names and kinds are refused`() throws {
    let file = try SafetensorsFile(contentsOf: Self.path("types.safetensors"))
    let missing = #expect(throws: SafetensorsError.self) { _ = try file.tensor("none", as: Float.self) }
    #expect(missing?.tensor == "none" && missing?.problem == .missing)
    let whole = #expect(throws: SafetensorsError.self) { _ = try file.tensor("i64", as: Float.self) }
    #expect(whole?.problem == .wrongType(expected: "floating-point numbers", found: .i64))
    let broken = #expect(throws: SafetensorsError.self) { _ = try file.integers("f32") }
    #expect(broken?.problem == .wrongType(expected: "whole numbers", found: .f32))
  }
}

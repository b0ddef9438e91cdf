import FERMetric
import Foundation

/// A folder of files that the drivers of `Peers` wrote: little-endian 32-bit floats and 64-bit integers.
struct NumberFiles {
  let folder: URL

  /// `count` matrices, one after the other.
  func tensors(_ name: String, count: Int, rows: Int, columns: Int) throws -> [Tensor<Float>] {
    let all = try elements(name, Float.self, count: count * rows * columns)
    return (0..<count).map {
      Tensor(all[($0 * rows * columns)..<(($0 + 1) * rows * columns)], shape: [rows, columns])
    }
  }

  /// The matrix that a longer file begins with.
  func tensor(_ name: String, rows: Int, columns: Int) throws -> Tensor<Float> {
    let file = try FileHandle(forReadingFrom: folder.appending(path: name))
    let bytes = rows * columns * MemoryLayout<Float>.stride
    let data = try file.read(upToCount: bytes) ?? Data()
    precondition(data.count == bytes, "\(name) has \(data.count) bytes, not the \(bytes) of \(rows) rows")
    return Tensor(Self.elements(of: data, Float.self), shape: [rows, columns])
  }

  /// `count` lists of `length` whole numbers.
  func indices(_ name: String, count: Int, length: Int) throws -> [[Int]] {
    let all = try elements(name, Int64.self, count: count * length)
    return (0..<count).map { all[($0 * length)..<(($0 + 1) * length)].map { Int($0) } }
  }

  private func elements<Element: BitwiseCopyable>(
    _ name: String, _ type: Element.Type, count: Int
  ) throws -> [Element] {
    let data = try Data(contentsOf: folder.appending(path: name))
    precondition(data.count == count * MemoryLayout<Element>.stride, "\(name) has \(data.count) bytes")
    return Self.elements(of: data, type)
  }

  private static func elements<Element: BitwiseCopyable>(of data: Data, _ type: Element.Type) -> [Element] {
    let count = data.count / MemoryLayout<Element>.stride
    return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      data.copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
      initialized = count
    }
  }
}

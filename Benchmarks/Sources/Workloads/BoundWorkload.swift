import CPeaks
import FERMetric

/// What bounds a loss by memory: a loop in C reads arrays of the sizes of embeddings, inclusion weights and centers once,
/// and writes the arrays of their gradients once; each thread of the current backend a part of each.
public struct TrafficWorkload {
  private let sources: [Tensor<Float>]
  private var targets: [Tensor<Float>]
  private let rotation: Int
  private var position = 0

  /// Makes arrays for as many batches as take turns, in memory as the losses' own.
  public init(_ shape: BatchShape) {
    let counts = [shape.samples, shape.samples, shape.classes].map { $0 * shape.dimension }
    let batches = (0..<shape.rotation).flatMap { _ in counts }
    sources = batches.map { Tensor(repeating: 1, shape: [$0]) }
    targets = sources
    rotation = shape.rotation
  }

  /// Reads and writes the arrays of the next batch.
  public mutating func step() {
    let arrays = sources.count / rotation
    let team = Backend.current.team
    for index in position * arrays..<(position + 1) * arrays {
      let (array, count) = (sources[index], sources[index].count)
      let numbers = array.span
      var sink = targets[index].mutableSpan
      numbers.withUnsafeBufferPointer { source in
        sink.withUnsafeMutableBufferPointer { target in
          nonisolated(unsafe) let (source, target) = (source.baseAddress!, target.baseAddress!)
          team.forEachPart(of: count, parts: team.threads) { _, part in
            peaks_scale(part.count, 0.5, source + part.lowerBound, target + part.lowerBound)
          }
        }
      }
    }
    position = (position + 1) % rotation
  }
}

/// What bounds the synthesis of negatives: a loop in C reads each sample's row, compares all centers with numbers in
/// registers, in the order in which they lie in memory, and writes a row of indices; each thread of the current backend
/// for a part of the samples.
public struct ComparisonWorkload {
  private let shape: BatchShape
  private let embeddings, centers: [Float]
  private var chosen: [Int32]

  /// Makes arrays for one batch.
  ///
  /// - Precondition: The dimension is a multiple of 64.
  public init(_ shape: BatchShape) {
    precondition(shape.dimension % 64 == 0, "comparisons need a multiple of 64 dimensions, not \(shape.dimension)")
    self.shape = shape
    embeddings = (0..<shape.samples * shape.dimension).map { Float($0 % 101) / 101 }
    centers = (0..<shape.classes * shape.dimension).map { Float($0 % 103) / 103 }
    chosen = Array(repeating: 0, count: embeddings.count)
  }

  /// Makes as many comparisons as the selection for one batch.
  public mutating func step() {
    let (shape, team) = (shape, Backend.current.team)
    embeddings.withUnsafeBufferPointer { rows in
      centers.withUnsafeBufferPointer { centers in
        chosen.withUnsafeMutableBufferPointer { chosen in
          nonisolated(unsafe) let (rows, centers, chosen) = (
            rows.baseAddress!, centers.baseAddress!, chosen.baseAddress!
          )
          team.forEachPart(of: shape.samples, parts: team.threads) { _, part in
            let place = part.lowerBound * shape.dimension
            peaks_compare(part.count, shape.dimension, shape.classes, rows + place, centers, chosen + place)
          }
        }
      }
    }
  }
}

import FERMetric

/// The circle loss with its paces held as one batch gives them: the function whose derivative its gradient is.
struct CircleWithHeldPaces {
  private let loss: CircleLoss<Double>
  /// The cosines of the batch, of which the paces are made.
  private let held: [[Double]]

  init(_ loss: CircleLoss<Double>, at batch: TensorBatch<Double>) {
    self.loss = loss
    held = Self.cosines(batch)
  }

  /// The loss by its formula.
  func value(for batch: TensorBatch<Double>) -> Double {
    let cosines = Self.cosines(batch)
    let others = batch.referenceLabels ?? batch.labels
    let (m, scale) = (loss.relaxation, loss.scale)
    let losses = batch.labels.indices.map { i -> Double in
      var (near, far) = (0.0, 0.0)
      for j in others.indices where batch.references != nil || i != j {
        let (s, pace) = (cosines[i][j], held[i][j])
        if others[j] == batch.labels[i] {
          near += Double.exponential(-scale * max(0, 1 + m - pace) * (s - 1 + m))
        } else {
          far += Double.exponential(scale * max(0, pace + m) * (s - m))
        }
      }
      return Double.logarithm(onePlus: near * far)
    }
    let sum = losses.reduce(0, +)
    switch loss.reduction {
    case .sum: return sum
    case .mean: return sum / Double(losses.count)
    case .meanOfPositive: return sum / Double(losses.count { $0 > 0 })
    }
  }

  private static func cosines(_ batch: TensorBatch<Double>) -> [[Double]] {
    let x = units(batch.embeddings)
    let y = batch.references.map { units($0) } ?? x
    return x.map { row in y.map { other in zip(row, other).reduce(0.0) { $0 + $1.0 * $1.1 } } }
  }

  private static func units(_ rows: Tensor<Double>) -> [[Double]] {
    let (elements, width) = (rows.array, rows.shape[1])
    return (0..<rows.shape[0]).map { i -> [Double] in
      let row = elements[i * width..<(i + 1) * width]
      let length = row.reduce(0.0) { $0 + $1 * $1 }.squareRoot()
      return row.map { $0 / length }
    }
  }
}

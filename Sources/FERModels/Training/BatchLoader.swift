internal import FERMetric
import Foundation

/// Decodes and prepares batches ahead of the one that is being trained, on a thread of its own, in a fixed order.
///
/// At most `ahead` batches wait. What a batch holds depends on nothing but its place, so the numbers are the same as if
/// everything happened on one thread. The loader's thread ends with the last batch, with an error, or with the loader.
final class BatchLoader: Sendable {
  private let queue: BoundedQueue<Result<PictureBatch, any Error>>

  /// Starts to load.
  ///
  /// - Parameters:
  ///   - samples: The samples of a split.
  ///   - order: Positions in `samples`, in the order in which they are shown.
  ///   - batches: Ranges of `order`.
  ///   - first: The batch to begin with; those before it are passed over.
  init(
    dataset: any FaceDataset, samples: [FaceSample], order: [Int], batches: [Range<Int>], startingAt first: Int = 0,
    preparation: PicturePreparation, ahead: Int = 3
  ) {
    let queue = BoundedQueue<Result<PictureBatch, any Error>>(capacity: ahead)
    self.queue = queue
    let thread = Thread {
      defer { queue.finish() }
      for number in batches.indices.dropFirst(first) {
        let batch = Result {
          try Self.batch(number, of: order[batches[number]], samples, dataset, preparation)
        }
        guard queue.put(batch), case .success = batch else { return }
      }
    }
    thread.name = "FERMetric pictures"
    thread.start()
  }

  deinit { queue.cancel() }

  /// Waits for the next batch.
  ///
  /// - Throws: What kept a picture of the batch from being read.
  /// - Precondition: There is a batch left, and none failed.
  func next() throws -> PictureBatch {
    guard let batch = queue.take() else { preconditionFailure("the loader was asked for a batch after its end") }
    return try batch.get()
  }

  private static func batch(
    _ number: Int, of positions: ArraySlice<Int>, _ samples: [FaceSample], _ dataset: any FaceDataset,
    _ preparation: PicturePreparation
  ) throws -> PictureBatch {
    let size = preparation.size
    var pixels = Tensor<Float>(uninitialized: [positions.count, size, size, 3])
    var rows = pixels.mutableMatrix
    for (row, position) in positions.enumerated() {
      let image = try picture(of: samples[position], in: dataset)
      var destination = rows[row: row]
      preparation.write(image, batch: number, index: position, into: &destination)
    }
    return PictureBatch(number: number, samples: positions.map { samples[$0] }, pixels: pixels)
  }

  private static func picture(of sample: FaceSample, in dataset: any FaceDataset) throws -> RGBImage {
    do {
      return try dataset.image(of: sample)
    } catch let error as ImageError {
      throw error
    } catch {
      throw TrainingError.picture(name: "\(dataset.name) \(sample)", reason: "\(error)")
    }
  }
}

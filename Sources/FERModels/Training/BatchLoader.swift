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
  ///   - preparation: What happens to a picture.
  ///   - keepsWhole: Whether batches hold their pictures without erasing as well.
  ///   - ahead: How many batches may wait.
  init(
    dataset: any FaceDataset, samples: [FaceSample], order: [Int], batches: [Range<Int>], startingAt first: Int = 0,
    preparation: PicturePreparation, keepsWhole: Bool = false, ahead: Int = 3
  ) {
    let queue = BoundedQueue<Result<PictureBatch, any Error>>(capacity: ahead)
    self.queue = queue
    let repetitions = Self.repetitions(order, of: samples.count)
    let thread = Thread {
      defer { queue.finish() }
      for number in batches.indices.dropFirst(first) {
        let batch = Result {
          try Self.batch(
            number, of: order[batches[number]], repetitions[batches[number]], samples, dataset, preparation,
            whole: keepsWhole ? preparation.withoutErasing : nil)
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

  /// How often each place's position has occurred before: a function of the order, wherever loading begins.
  private static func repetitions(_ order: [Int], of count: Int) -> [Int] {
    var seen = [Int](repeating: 0, count: count)
    return order.map { position in
      defer { seen[position] += 1 }
      return seen[position]
    }
  }

  private static func batch(
    _ number: Int, of positions: ArraySlice<Int>, _ repetitions: ArraySlice<Int>, _ samples: [FaceSample],
    _ dataset: any FaceDataset, _ preparation: PicturePreparation, whole: PicturePreparation?
  ) throws -> PictureBatch {
    let size = preparation.size
    var pixels = Tensor<Float>(uninitialized: [positions.count, size, size, 3])
    var wholePixels = Tensor<Float>(uninitialized: [whole == nil ? 0 : positions.count, size, size, 3])
    var rows = pixels.mutableMatrix
    var wholeRows = wholePixels.mutableMatrix
    for (row, (position, repetition)) in zip(positions, repetitions).enumerated() {
      let image = try picture(of: samples[position], in: dataset)
      var destination = rows[row: row]
      preparation.write(image, batch: number, index: position, repetition: repetition, into: &destination)
      if let whole {
        var place = wholeRows[row: row]
        whole.write(image, batch: number, index: position, repetition: repetition, into: &place)
      }
    }
    return PictureBatch(
      number: number, samples: positions.map { samples[$0] }, pixels: pixels, whole: whole == nil ? nil : wholePixels)
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

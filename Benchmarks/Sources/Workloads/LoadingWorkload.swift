import FERMetric
import FERModels

/// What a training asks of its pictures: files decoded, resized, cropped, flipped, erased and normalized, in batches.
///
/// It happens on the calling thread, as a training does it on the thread of its loader.
public struct LoadingWorkload {
  /// The number of pictures in a batch.
  public static let batchSize = 64

  private let dataset: any FaceDataset
  private let samples: [FaceSample]
  private let augmentation: TrainingAugmentation
  // One for all batches, as a training's pool gives the memory of a batch to a later one.
  private var pixels: Tensor<Float>
  private var epochs = 0

  /// Takes the training pictures of a data set.
  ///
  /// - Parameters:
  ///   - dataset: Its training split has whole batches.
  ///   - size: The side of the network's input.
  ///   - isRandom: Whether chance decides; if not, pictures are resized to the input's size, and that is all.
  public init(_ dataset: any FaceDataset, size: Int = 224, isRandom: Bool = true) {
    self.dataset = dataset
    samples = dataset.samples(in: .train)
    precondition(
      !samples.isEmpty && samples.count % Self.batchSize == 0,
      "\(samples.count) pictures do not make whole batches of \(Self.batchSize)")
    augmentation =
      isRandom
      ? TrainingAugmentation(size: size)
      : TrainingAugmentation(size: size, shortSides: [size], flipProbability: 0, erasing: nil)
    pixels = Tensor(zeros: [Self.batchSize, size, size, 3])
  }

  /// Takes the pictures of a folder with a folder for each class in `train`.
  public init(folder: String, isRandom: Bool = true) throws {
    self.init(try FolderDataset(at: folder), isRandom: isRandom)
  }

  /// The number of pictures of an epoch.
  public var count: Int { samples.count }

  /// Prepares all pictures once, batch by batch.
  public mutating func epoch() throws {
    for first in stride(from: 0, to: samples.count, by: Self.batchSize) { try load(first) }
    epochs += 1
  }

  /// Prepares the first batch and returns it, [64, size, size, 3].
  public mutating func firstBatch() throws -> Tensor<Float> {
    try load(0)
    return pixels
  }

  private mutating func load(_ first: Int) throws {
    let (dataset, samples, augmentation, epoch) = (dataset, samples, augmentation, epochs)
    var rows = pixels.mutableMatrix
    for row in 0..<Self.batchSize {
      let image = try dataset.image(of: samples[first + row])
      var destination = rows[row: row]
      augmentation.write(
        image, seed: 0, epoch: epoch, batch: first / Self.batchSize, index: first + row, into: &destination)
    }
  }
}

internal import FERMetric

/// Some pictures of a data set, ready for the network.
struct PictureBatch: Sendable {
  /// The batch's place among the batches of its epoch.
  let number: Int
  /// The samples, in order.
  let samples: [FaceSample]
  /// [B, size, size, 3].
  let pixels: Tensor<Float>
  /// The same crops without erasing, for a teacher; nil unless they were asked for.
  let whole: Tensor<Float>?

  /// The classes of the samples.
  var labels: [Int] { samples.map(\.label) }

  /// The people in the samples; nil unless all are known.
  var identities: [Int]? {
    let known = samples.compactMap(\.identity)
    return known.count == samples.count ? known : nil
  }
}

/// What turns a picture into a network's input.
enum PicturePreparation: Sendable {
  /// Augmentation, with the chance of a place in a run.
  case training(TrainingAugmentation, seed: UInt64, epoch: Int)
  /// The fixed transform.
  case evaluation(EvaluationTransform)

  /// The same without erasing; nil for what erases nothing.
  var withoutErasing: PicturePreparation? {
    guard case .training(let augmentation, let seed, let epoch) = self else { return nil }
    return .training(augmentation.withoutErasing, seed: seed, epoch: epoch)
  }

  /// The side of the input in pixels.
  var size: Int {
    switch self {
    case .training(let augmentation, _, _): augmentation.size
    case .evaluation(let transform): transform.size
    }
  }

  /// Writes the input of one picture.
  ///
  /// - Parameters:
  ///   - batch: The batch's place in its epoch.
  ///   - index: The picture's place in its split.
  ///   - repetition: How often the epoch has shown the picture before.
  func write(
    _ image: RGBImage, batch: Int, index: Int, repetition: Int, into destination: inout MutableSpan<Float>
  ) {
    switch self {
    case .training(let augmentation, let seed, let epoch):
      augmentation.write(
        image, seed: seed, epoch: epoch, batch: batch, index: index, repetition: repetition, into: &destination)
    case .evaluation(let transform):
      transform.write(image, into: &destination)
    }
  }
}

/// The sizes of the batches that a loss is measured on.
public struct BatchShape: Sendable, Equatable, CustomStringConvertible {
  /// B, the number of samples.
  public let samples: Int
  /// D, the length of an embedding.
  public let dimension: Int
  /// C, the number of classes.
  public let classes: Int
  /// How many batches take turns, so that no measurement finds everything in the nearest cache.
  public let rotation: Int

  /// The sizes of `rotation` batches, by default up to 16 that together have half a million coordinates.
  public init(samples: Int, dimension: Int, classes: Int, rotation: Int? = nil) {
    self.samples = samples
    self.dimension = dimension
    self.classes = classes
    self.rotation = rotation ?? max(1, min(16, (1 << 19) / (samples * dimension)))
  }

  /// The sizes in the letters of the formulas.
  public var description: String { "B \(samples), D \(dimension), C \(classes)" }
}

extension BatchShape {
  /// 16 batches of 64 embeddings of 512 dimensions, 7 classes: what AMTC3L is compared with other programs on.
  public static let losses = BatchShape(samples: 64, dimension: 512, classes: 7)

  /// 4 batches of 256 embeddings of 512 dimensions, 7 classes: what all metric losses are compared on.
  public static let family = BatchShape(samples: 256, dimension: 512, classes: 7, rotation: 4)

  /// From the smallest batch to the largest, and from seven classes to ten thousand.
  public static let several = [
    BatchShape(samples: 32, dimension: 128, classes: 7),
    .losses,
    BatchShape(samples: 64, dimension: 512, classes: 10_000),
    BatchShape(samples: 1024, dimension: 512, classes: 100),
    BatchShape(samples: 1024, dimension: 2048, classes: 7),
    BatchShape(samples: 8192, dimension: 128, classes: 1000),
    BatchShape(samples: 8192, dimension: 2048, classes: 7),
  ]
}

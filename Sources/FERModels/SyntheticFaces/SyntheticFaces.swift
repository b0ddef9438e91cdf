internal import FERMetric

/// Drawn faces with the seven basic expressions: a data set that needs no download.
///
/// Each picture shows one of many invented people. Brows, lids, cheeks, nose, lips and jaw move by facial actions
/// (Ekman and Friesen, 1978) in the combinations of the emotional facial action coding system; strength, asymmetry and
/// stray actions vary, and so do pose, light, background, occlusion and noise. Classes have RAF-DB's names, order and
/// imbalance. The faces exist to exercise a training pipeline from end to end: what is measured on them says nothing
/// about photographs.
///
///     let faces = SyntheticFaces(trainCount: 2800, testCount: 700)
///     let picture = faces.image(at: 0, in: .train)              // 48 × 48
///     let name = faces.classNames[faces.label(at: 0, in: .train)]
///
/// ## Determinism
/// A picture depends on the seed, the split, the index, the class that stands at this index, the size and the
/// difficulty, and on nothing that was drawn before. Drawing uses the four operations and square roots in single
/// precision, which IEEE 754 defines to the last bit, and no function of the C library: the bytes are the same on every
/// processor. The classes are a shuffle of fixed counts, so they depend on the number of pictures in the split too.
///
/// - Complexity: about 0.2 ms for a picture of 48 × 48, in proportion to the number of pixels.
public struct SyntheticFaces: Sendable {
  /// The seed of people, expressions and conditions.
  public let seed: UInt64
  /// Width and height of a picture in pixels.
  public let size: Int
  /// How varied the pictures are.
  public let difficulty: Difficulty
  let train: Part
  let test: Part

  /// A data set of the given extent.
  ///
  /// - Parameters:
  ///   - seed: Another seed gives other people and other pictures.
  ///   - trainCount: Pictures for training; RAF-DB has 12271.
  ///   - testCount: Pictures for testing; RAF-DB has 3068.
  ///   - size: Width and height in pixels; labels, people and scenes do not depend on it.
  ///   - difficulty: How varied the pictures are.
  /// - Precondition: Each split has a picture for each of the seven classes, and a picture 16 pixels a side, at least.
  public init(
    seed: UInt64 = 0, trainCount: Int, testCount: Int, size: Int = 48, difficulty: Difficulty = .standard
  ) {
    precondition(size >= 16, "a face needs at least 16 pixels a side, not \(size)")
    self.seed = seed
    self.size = size
    self.difficulty = difficulty
    train = Part(stream: 0, people: 0..<512, reference: Part.trainReference, count: trainCount, seed: seed)
    test = Part(stream: 1, people: 512..<768, reference: Part.testReference, count: testCount, seed: seed)
  }

  /// The number of pictures in a split; there is no validation split.
  public func count(in split: Split) -> Int {
    part(of: split)?.labels.count ?? 0
  }

  /// The class of a picture, an index into the class names.
  ///
  /// - Precondition: `index` is in 0..<``count(in:)``.
  public func label(at index: Int, in split: Split) -> Int {
    checkedPart(of: split, at: index).labels[index]
  }

  /// The person in a picture, one of 512 people in training and of 256 others in the test split.
  ///
  /// - Precondition: `index` is in 0..<``count(in:)``.
  public func identity(at index: Int, in split: Split) -> Int {
    checkedPart(of: split, at: index).person(at: index, seed: seed)
  }

  /// Draws a picture.
  ///
  /// - Precondition: `index` is in 0..<``count(in:)``.
  public func image(at index: Int, in split: Split) -> RGBImage {
    let part = checkedPart(of: split, at: index)
    return image(
      of: FacialExpression.allCases[part.labels[index]], person: part.person(at: index, seed: seed),
      stream: part.stream,
      index: index)
  }

  /// Draws a person with an expression; `stream` and `index` choose the display and the conditions.
  func image(of expression: FacialExpression, person: Int, stream: UInt64, index: Int) -> RGBImage {
    var traits = SeededGenerator(seed: seed, drawing: .traits, UInt64(person))
    var display = SeededGenerator(seed: seed, drawing: .display, stream, UInt64(index))
    var scene = SeededGenerator(seed: seed, drawing: .scene, stream, UInt64(index))
    var renderer = FaceRenderer(
      size: size, identity: FaceIdentity(using: &traits),
      actions: .display(of: expression, difficulty: difficulty, using: &display),
      capture: FaceCapture(difficulty: difficulty, using: &scene))
    renderer.drawFace()
    if scene.nextBool(probability: difficulty.occlusion) {
      renderer.drawOcclusion(using: &scene)
    }
    return RGBImage(width: size, height: size, pixels: renderer.developed())
  }

  private func part(of split: Split) -> Part? {
    switch split {
    case .train: train
    case .validation: nil
    case .test: test
    }
  }

  private func checkedPart(of split: Split, at index: Int) -> Part {
    guard let part = part(of: split), part.labels.indices.contains(index) else {
      preconditionFailure("the \(split) split has \(count(in: split)) pictures, and none at \(index)")
    }
    return part
  }
}

extension SyntheticFaces: FaceDataset {
  /// The class names, in RAF-DB's order.
  public static let classNames = RAFDBDataset.classNames

  /// The data set's name.
  public var name: String { "synthetic faces" }
  /// The class names, in RAF-DB's order.
  public var classNames: [String] { Self.classNames }

  /// The samples of a split; their sources number the pictures of both splits throughout, training first.
  public func samples(in split: Split) -> [FaceSample] {
    guard let part = part(of: split) else { return [] }
    let first = split == .test ? train.labels.count : 0
    return part.labels.enumerated().map { index, label in
      FaceSample(source: .index(first + index), label: label, identity: part.person(at: index, seed: seed))
    }
  }

  /// Draws the picture of a sample.
  ///
  /// - Precondition: The sample comes from this data set.
  public func image(of sample: FaceSample) -> RGBImage {
    guard case .index(let index) = sample.source else {
      preconditionFailure("\(sample) is not a sample of \(name)")
    }
    let first = train.labels.count
    return index < first ? image(at: index, in: .train) : image(at: index - first, in: .test)
  }
}

public import FERMetric

/// Judges a recognizer on a split of a data set.
///
///     let evaluation = try Evaluator(recognizer).evaluate(faces, split: .test)
///     evaluation.confusion.accuracy
///
/// Kernels run on a thread of the evaluation's own; pictures are decoded ahead on a second one.
public struct Evaluator: Sendable {
  /// What is judged.
  public let recognizer: Recognizer
  /// Threads of the kernels; nil keeps the library's own choice.
  public let threads: Int?

  /// Creates an evaluator.
  public init(_ recognizer: Recognizer, threads: Int? = nil) {
    self.recognizer = recognizer
    self.threads = threads
  }

  /// Judges every picture of a split.
  ///
  /// - Parameters:
  ///   - dataset: The pictures.
  ///   - split: Which of them.
  ///   - onProgress: Called on the evaluation's thread with the pictures done, and all.
  /// - Throws: ``DatasetError`` for an empty split, ``RecognitionError/classesDiffer(dataset:expected:found:)``, or what
  ///   keeps a picture from being read.
  public func evaluate(
    _ dataset: some FaceDataset, split: Split = .test,
    onProgress: @escaping @Sendable (_ done: Int, _ count: Int) -> Void = { _, _ in }
  ) throws -> Evaluation {
    guard dataset.classNames == recognizer.classNames else {
      throw RecognitionError.classesDiffer(
        dataset: dataset.name, expected: recognizer.classNames, found: dataset.classNames)
    }
    let samples = try dataset.requiredSamples(in: split)
    let pass = ValidationPass(
      dataset: dataset, samples: samples, transform: recognizer.transform, backend: recognizer.model.backend)
    let model = recognizer.model
    return try onDedicatedThread(backend: model.backend, threads: threads) {
      var predictions: [Int] = []
      var embeddings: [Tensor<Float>] = []
      try pass.run(model) { _, logits, rows in
        predictions += logits.argmax(alongAxis: 1)
        embeddings.append(rows)
        onProgress(predictions.count, samples.count)
      }
      return Evaluation(
        split: split, classNames: dataset.classNames, samples: samples, predictions: predictions,
        embeddings: Tensor(concatenating: embeddings))
    }
  }
}

/// What a recognizer did on a split.
public struct Evaluation: Sendable {
  /// The split.
  public let split: Split
  /// The names of the classes.
  public let classNames: [String]
  /// The pictures.
  public let samples: [FaceSample]
  /// The predicted class of each picture.
  public let predictions: [Int]
  /// The embeddings [n, D].
  public let embeddings: Tensor<Float>
  /// How often each class was predicted as each.
  public let confusion: ConfusionMatrix
  /// How tight and how far apart the classes lie.
  public let geometry: EmbeddingGeometry

  init(
    split: Split, classNames: [String], samples: [FaceSample], predictions: [Int], embeddings: Tensor<Float>
  ) {
    let labels = samples.map(\.label)
    self.split = split
    self.classNames = classNames
    self.samples = samples
    self.predictions = predictions
    self.embeddings = embeddings
    confusion = ConfusionMatrix(labels: labels, predictions: predictions, classCount: classNames.count)
    geometry = EmbeddingGeometry(embeddings: embeddings, labels: labels, classCount: classNames.count)
  }
}

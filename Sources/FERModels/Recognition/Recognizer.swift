public import FERMetric

/// Recognises expressions with a trained model.
///
///     let recognizer = try Recognizer(run: "runs/first", backend: .oneDNN)
///     let prediction = try recognizer.predict(pixels: levels, width: 100, height: 100)
///     prediction.className           // "Happiness"
///     prediction["Surprise"]         // 0.03
///
/// A picture should be an aligned crop of one face, as the training pictures were. It is resized and cropped as the
/// model's validation pictures were.
///
/// A recognizer is immutable: any number of threads may share it. Kernels run on the thread that calls, with as many
/// threads as the backend's library chooses; ``/FERMetric/Backend/prepareCallingThread(threads:)`` changes that.
public struct Recognizer: Sendable {
  /// The names of the classes, by label.
  public let classNames: [String]
  /// What happens to a picture before the network sees it.
  public let transform: EvaluationTransform
  /// The network, prepared for inference.
  public let model: CompiledModel<Float>

  /// Creates a recognizer from a model in memory.
  ///
  /// - Precondition: There is a name for each of the model's classes.
  public init(
    _ model: ExpressionModel<Float>, classNames: [String], transform: EvaluationTransform, backend: Backend
  ) {
    precondition(
      model.configuration.classes == classNames.count,
      "\(classNames.count) names do not fit a model of \(model.configuration.classes) classes")
    self.classNames = classNames
    self.transform = transform
    self.model = CompiledModel(model, backend: backend)
  }

  /// Recognises the expression in a picture.
  public func predict(_ image: RGBImage) -> Prediction { predict([image])[0] }

  /// Recognises the expression in a picture given by its levels, red, green and blue for each pixel, row after row.
  ///
  /// - Throws: ``RecognitionError/pixelCount(_:width:height:)``.
  public func predict(pixels: [UInt8], width: Int, height: Int) throws(RecognitionError) -> Prediction {
    guard width > 0 && height > 0 && pixels.count == 3 * width * height else {
      throw .pixelCount(pixels.count, width: width, height: height)
    }
    return predict(RGBImage(width: width, height: height, pixels: pixels))
  }

  /// Recognises the expressions in pictures, as one batch.
  public func predict(_ images: [RGBImage]) -> [Prediction] {
    guard !images.isEmpty else { return [] }
    let logits = model(batch(of: images)).logits
    let probabilities = logits.softmax()
    return logits.argmax(alongAxis: 1).enumerated().map { row, label in
      Prediction(label: label, classNames: classNames, probabilities: probabilities[row: row].array)
    }
  }

  /// The embedding of a picture, before any squashing: D numbers.
  public func embed(_ image: RGBImage) -> [Float] { embed([image]).array }

  /// The embeddings of pictures [n, D], computed as one batch.
  ///
  /// - Precondition: There is at least one picture.
  public func embed(_ images: [RGBImage]) -> Tensor<Float> {
    precondition(!images.isEmpty, "there is no picture to embed")
    return model(batch(of: images)).embeddings
  }

  private func batch(of images: [RGBImage]) -> Tensor<Float> {
    var pixels = Tensor<Float>(uninitialized: [images.count, transform.size, transform.size, 3])
    var rows = pixels.mutableMatrix
    for (row, image) in images.enumerated() {
      var destination = rows[row: row]
      transform.write(image, into: &destination)
    }
    return pixels
  }
}

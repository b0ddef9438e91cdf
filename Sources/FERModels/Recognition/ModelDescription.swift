import Foundation

/// What a weight file says of its model beside the weights: enough to recognise with it.
///
/// It stands as JSON under the key `fermetric` of the file's metadata.
struct ModelDescription: Codable, Equatable, Sendable {
  /// The network.
  var model: ModelConfiguration
  /// The names of the classes, by label.
  var classNames: [String]
  /// What happens to a picture before the network sees it.
  var transform: EvaluationTransform

  private static let key = "fermetric"

  /// The metadata of a weight file, further texts included.
  func metadata(adding further: [String: String] = [:]) -> [String: String] {
    further.merging(["format": "pt", Self.key: json(self, pretty: false)]) { $1 }
  }

  init(model: ModelConfiguration, classNames: [String], transform: EvaluationTransform) {
    self.model = model
    self.classNames = classNames
    self.transform = transform
  }

  /// Reads the description of a weight file.
  ///
  /// - Throws: ``RecognitionError/notAModel(path:reason:)``.
  init(of file: SafetensorsFile) throws(RecognitionError) {
    guard let text = file.metadata[Self.key] else {
      throw .notAModel(path: file.path, reason: "the file does not say which classes and pictures its weights are for")
    }
    do {
      self = try decoded(ModelDescription.self, from: Data(text.utf8))
    } catch {
      throw .notAModel(path: file.path, reason: "the description of the model cannot be read: \(oneLine(error))")
    }
    if let objection = model.objection ?? transform.objection {
      throw .notAModel(path: file.path, reason: "the description of the model is impossible: \(objection)")
    }
    guard classNames.count == model.classes else {
      throw .notAModel(path: file.path, reason: "\(classNames.count) class names for \(model.classes) classes")
    }
  }
}

/// By what a validation split is drawn from the training pictures.
public enum ValidationDraw: String, CaseIterable, Codable, Hashable, Sendable {
  /// Single pictures, stratified: ``FaceDataset/stratifiedValidation(fraction:seed:)``.
  case byClass = "class"
  /// Whole persons: ``FaceDataset/validationByPerson(fraction:seed:)``.
  case byPerson = "person"
}

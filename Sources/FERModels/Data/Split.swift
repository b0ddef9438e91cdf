/// The part of a data set that a picture belongs to.
///
/// A model learns from `train`, is chosen by `validation` and is judged by `test`. A data set without an official
/// validation split has none; ``FaceDataset/stratifiedValidation(fraction:seed:)`` draws one from `train`, never from `test`,
/// and ``FaceDataset/validationByPerson(fraction:seed:)`` one of whole persons.
public enum Split: String, CaseIterable, Codable, Sendable {
  case train
  case validation
  case test
}

extension Split: CustomStringConvertible {
  /// The name, as in file names and on the command line.
  public var description: String { rawValue }
}

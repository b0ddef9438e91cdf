/// How the pictures of an epoch are put together in batches; ``BatchPlan`` is the result.
///
/// | Composition | A batch holds | An epoch shows |
/// | --- | --- | --- |
/// | `.shuffled` | pictures as they come | each picture once |
/// | `.balanced(.everyExample)` | all classes alike, within one picture | each once where classes are equally large; else smaller classes repeatedly, until the largest has been seen |
/// | `.balanced(.dataSize)` | all classes alike | as many pictures as there are; of large classes another part in each epoch |
/// | `.perClass(samples: m)` | m pictures of each of several classes | each once where counts allow it; else as few repetitions as possible |
/// | `.perPerson(samples: k)` | k pictures of each of several persons, of as many classes as each has | each once where counts allow it; else as few repetitions as possible |
///
/// Losses that compare samples with each other need positives: `.perClass`. Those that read who is in a picture need a
/// person's other expressions as well: `.perPerson`. A classifier that neglects rare classes may
/// be helped by `.balanced`, by class weights (``/FERMetric/ClassWeighting``), or by neither: measure it. Do not combine both.
public enum BatchComposition: Sendable, Hashable, Codable {
  /// Every picture once, in random order.
  case shuffled
  /// Every class equally often.
  case balanced(EpochLength = .everyExample)
  /// `samples` pictures of each of as many classes as the batch holds; classes are drawn in turn where it holds less
  /// than all.
  case perClass(samples: Int)
  /// `samples` pictures of each of as many persons as the batch holds; persons are drawn in turn where it holds less than
  /// all. The data set has to say who is in its pictures.
  case perPerson(samples: Int)

  /// How long an epoch of balanced batches is.
  public enum EpochLength: String, Sendable, Hashable, Codable, CaseIterable {
    /// So long that every picture is shown: the largest class once, the others repeatedly.
    case everyExample
    /// As long as without balance: large classes are spread over several epochs, so that each of their pictures is
    /// still shown equally often in the long run.
    case dataSize
  }

  /// Whether the batches depend on who is in the pictures.
  public var readsIdentities: Bool { if case .perPerson = self { true } else { false } }

  /// Why batches of `batchSize` pictures cannot be put together like this, in a clause, or nil if they can.
  public func objection(batchSize: Int) -> String? {
    switch self {
    case .shuffled, .balanced: return nil
    case .perClass(let samples):
      if samples < 1 { return "a batch holds at least 1 picture of a class, not \(samples)" }
      if samples > batchSize / 2 { return "a batch of \(batchSize) does not hold two classes of \(samples) pictures" }
    case .perPerson(let samples):
      if samples < 2 { return "a batch holds at least 2 pictures of a person, to be compared, not \(samples)" }
      if samples > batchSize / 2 { return "a batch of \(batchSize) does not hold two persons of \(samples) pictures" }
    }
    return nil
  }
}

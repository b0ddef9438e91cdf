/// How the pictures of an epoch are put together in batches; ``BatchPlan`` is the result.
///
/// | Composition | A batch holds | An epoch shows |
/// | --- | --- | --- |
/// | `.shuffled` | pictures as they come | each picture once |
/// | `.balanced(.everyExample)` | all classes alike, within one picture | each once where classes are equally large; else smaller classes repeatedly, until the largest has been seen |
/// | `.balanced(.dataSize)` | all classes alike | as many pictures as there are; of large classes another part in each epoch |
/// | `.perClass(samples: m)` | m pictures of each of several classes | each once where counts allow it; else as few repetitions as possible |
///
/// Losses that compare samples with each other need positives: `.perClass`. A classifier that neglects rare classes may
/// be helped by `.balanced`, by class weights (``/FERMetric/ClassWeighting``), or by neither: measure it. Do not combine both.
public enum BatchComposition: Sendable, Hashable, Codable {
  /// Every picture once, in random order.
  case shuffled
  /// Every class equally often.
  case balanced(EpochLength = .everyExample)
  /// `samples` pictures of each of as many classes as the batch holds; classes are drawn in turn where it holds less
  /// than all.
  case perClass(samples: Int)

  /// How long an epoch of balanced batches is.
  public enum EpochLength: String, Sendable, Hashable, Codable, CaseIterable {
    /// So long that every picture is shown: the largest class once, the others repeatedly.
    case everyExample
    /// As long as without balance: large classes are spread over several epochs, so that each of their pictures is
    /// still shown equally often in the long run.
    case dataSize
  }

  /// Why batches of `batchSize` pictures cannot be put together like this, in a clause, or nil if they can.
  public func objection(batchSize: Int) -> String? {
    guard case .perClass(let samples) = self else { return nil }
    if samples < 1 { return "a batch holds at least 1 picture of a class, not \(samples)" }
    if samples > batchSize / 2 { return "a batch of \(batchSize) does not hold two classes of \(samples) pictures" }
    return nil
  }
}

internal import FERMetric

extension MarginSchedule {
  /// Why no training can have this schedule, in a clause, or nil if one can.
  var trainingObjection: String? {
    if let objection { return objection }
    if !largest.isFloat { return "a margin's factors are numbers of single precision, unlike \(largest)" }
    if !largest.isPositiveFloat { return "a schedule of margins has a factor above 0, and this one has none" }
    return nil
  }
}

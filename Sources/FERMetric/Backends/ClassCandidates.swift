internal import CFERKernels

/// Samples by class: those of one, or those of all others.
struct ClassCandidates {
  /// The number of each sample's class; below 0 for samples that are no candidates.
  let numbers: [Int32]
  let own: Int32
  let isOther: Bool
  /// A sample that is no candidate.
  let except: Int?

  init(numbers: [Int32], own: Int32, isOther: Bool, except: Int? = nil) {
    (self.numbers, self.own, self.isOther, self.except) = (numbers, own, isOther, except)
  }

  /// Calls a function with what the loops read.
  func withCandidates(count: Int, _ body: (UnsafePointer<fer_candidates>) -> Int) -> Int {
    precondition(numbers.count == count, "\(numbers.count) classes do not fit \(count) distances")
    return unsafe numbers.withUnsafeBufferPointer { classes in
      var candidates = unsafe fer_candidates(
        classes: classes.baseAddress, own: own, others: isOther, except: except ?? -1)
      return unsafe body(&candidates)
    }
  }
}

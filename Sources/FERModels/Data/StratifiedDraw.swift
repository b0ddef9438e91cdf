import FERMetric

/// What a draw is for; each purpose has its own stream of random numbers, so one seed serves them all.
enum DrawPurpose: UInt64 {
  case limit = 1
  case validation = 2
  case test = 3
  case validationByPerson = 4
}

extension [FaceSample] {
  /// Draws the given number of samples of each class, without replacement.
  ///
  /// Each class is shuffled by a generator of (seed, purpose, class), and its first samples are taken. A class's draw
  /// hence depends on that class alone, and a larger draw of a class contains the smaller one.
  ///
  /// - Returns: the drawn samples and the others, both in the order of this array.
  /// - Precondition: no class is asked for more than it has.
  /// - Complexity: O(n).
  func drawing(
    _ places: [Int], seed: UInt64, purpose: DrawPurpose
  ) -> (drawn: [FaceSample], rest: [FaceSample]) {
    var members = places.map { _ in [Int]() }
    for (index, sample) in enumerated() { members[sample.label].append(index) }
    var isDrawn = [Bool](repeating: false, count: count)
    for (label, count) in places.enumerated() {
      precondition(
        count <= members[label].count, "class \(label) has \(members[label].count) samples, not \(count)")
      var generator = SeededGenerator(seed: seed, stream: purpose.rawValue, UInt64(label))
      generator.shuffle(&members[label])
      for index in members[label].prefix(count) { isDrawn[index] = true }
    }
    return (indices.filter { isDrawn[$0] }.map { self[$0] }, indices.filter { !isDrawn[$0] }.map { self[$0] })
  }

  /// Draws a fraction, stratified: at least one sample of every class with two, never the last of a class.
  ///
  /// - Precondition: `fraction` is in 0..<1.
  func drawing(
    fraction: Double, classCount: Int, seed: UInt64, purpose: DrawPurpose
  ) -> (drawn: [FaceSample], rest: [FaceSample]) {
    precondition((0..<1).contains(fraction), "the fraction \(fraction) is not in 0..<1")
    guard fraction > 0 else { return ([], self) }
    return drawing(places(fraction: fraction, classCount: classCount), seed: seed, purpose: purpose)
  }

  /// The places of each class in a stratified fraction that leaves a sample of every class.
  ///
  /// - Precondition: `fraction` is in 0..<1 and positive.
  func places(fraction: Double, classCount: Int) -> [Int] {
    let total = Swift.max(1, Int((Double(count) * fraction).rounded()))
    return Apportionment.places(
      total: Swift.min(total, count), sizes: classCounts(classCount: classCount), reserve: 1)
  }
}

import FERMetric

extension [FaceSample] {
  /// Draws whole persons, so many that their samples come near to a stratified fraction.
  ///
  /// Each class c has tᶜ places, as in a draw by class. Persons are met in random order, again and again; a person is
  /// taken, or put back, if Σ (nᶜ − tᶜ)²/tᶜ over the classes falls by it, n being the samples drawn, and nobody is taken
  /// with the last sample of a class. It ends when no single person lowers the sum: since it falls each time, no draw
  /// comes twice. If nobody is taken, because everyone has far more samples than there are places, the person is that
  /// leaves the sum lowest.
  ///
  /// - Returns: the drawn samples and the others, both in the order of this array; nil if nobody can be taken, because each
  ///   person has all samples of some class.
  /// - Precondition: `fraction` is in 0..<1 and positive, and every sample has an identity.
  /// - Complexity: O(n + P·C) for P persons and C classes, and O(P·C) for each round, of which there are a few.
  func drawingPersons(
    fraction: Double, classCount: Int, seed: UInt64, purpose: DrawPurpose
  ) -> (drawn: [FaceSample], rest: [FaceSample])? {
    let members = Dictionary(grouping: self) { $0.identity ?? 0 }
    var identities = members.keys.sorted()
    var generator = SeededGenerator(seed: seed, stream: purpose.rawValue)
    generator.shuffle(&identities)
    var draw = PersonDraw(
      persons: identities.map { members[$0, default: []].classCounts(classCount: classCount) },
      sizes: classCounts(classCount: classCount), places: places(fraction: fraction, classCount: classCount))
    draw.settle()
    let drawn = Set(identities.indices.lazy.filter { draw.isDrawn[$0] }.map { identities[$0] })
    guard !drawn.isEmpty else { return nil }
    return (filter { drawn.contains($0.identity ?? 0) }, filter { !drawn.contains($0.identity ?? 0) })
  }
}

/// Which persons are drawn.
private struct PersonDraw {
  /// The samples of each person in each class.
  let persons: [[Int]]
  /// The samples of each class.
  let sizes: [Int]
  /// The samples of each class that should be drawn.
  let places: [Int]
  private(set) var isDrawn: [Bool]
  private var drawn: [Int]

  init(persons: [[Int]], sizes: [Int], places: [Int]) {
    (self.persons, self.sizes, self.places) = (persons, sizes, places)
    isDrawn = persons.map { _ in false }
    drawn = sizes.map { _ in 0 }
  }

  /// Takes persons and puts them back until no single one helps; at least one is taken, if one can be.
  mutating func settle() {
    var distance = distance(drawn)
    var isSettled = false
    while !isSettled {
      isSettled = true
      for person in persons.indices where canToggle(person) {
        let next = self.distance(toggled(person))
        guard next < distance else { continue }
        (distance, isSettled) = (next, false)
        toggle(person)
      }
    }
    guard !isDrawn.contains(true) else { return }
    let possible = persons.indices.filter { canToggle($0) }
    if let best = possible.min(by: { self.distance(toggled($0)) < self.distance(toggled($1)) }) { toggle(best) }
  }

  /// Whether the person can be put back, or leaves a sample of every class.
  private func canToggle(_ person: Int) -> Bool {
    isDrawn[person] || zip(toggled(person), zip(persons[person], sizes)).allSatisfy { $1.0 == 0 || $0 < $1.1 }
  }

  private mutating func toggle(_ person: Int) {
    drawn = toggled(person)
    isDrawn[person].toggle()
  }

  /// What is drawn of each class when the person is taken or put back.
  private func toggled(_ person: Int) -> [Int] {
    zip(drawn, persons[person]).map { isDrawn[person] ? $0 - $1 : $0 + $1 }
  }

  /// Σ (n − t)²/t; classes without places do not count.
  private func distance(_ counts: [Int]) -> Double {
    var sum = 0.0
    for (count, place) in zip(counts, places) where place > 0 {
      sum += Double((count - place) * (count - place)) / Double(place)
    }
    return sum
  }
}

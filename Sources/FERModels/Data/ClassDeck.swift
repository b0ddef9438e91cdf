internal import FERMetric

/// The examples of one class in endless shuffled passes, drawn from like cards.
///
/// Each pass is shuffled by a generator of its own, so that any place of the sequence can be taken up without what came
/// before.
struct ClassDeck {
  private let members: [Int]
  private let seed: UInt64
  private let stream: (purpose: UInt64, epoch: UInt64, label: UInt64)
  private var pass: Int
  private var cards: ArraySlice<Int>

  /// A deck from a place of its sequence on.
  ///
  /// - Precondition: There are members.
  init(_ members: [Int], seed: UInt64, stream: (UInt64, epoch: UInt64, label: UInt64), from place: Int = 0) {
    self.members = members
    self.seed = seed
    self.stream = (stream.0, stream.epoch, stream.label)
    pass = place / members.count
    cards = []
    deal()
    cards = cards.dropFirst(place % members.count)
  }

  private mutating func deal() {
    var order = members
    var generator = SeededGenerator(
      seed: seed, stream: stream.purpose, stream.epoch, stream.label, UInt64(pass))
    generator.shuffle(&order)
    cards = order[...]
    pass += 1
  }

  /// The next examples, with `distinct` all different where the class has that many: then cards of a new pass that are
  /// among those just drawn are put aside until the next draw.
  mutating func draw(_ count: Int, distinct: Bool) -> [Int] {
    var drawn: [Int] = []
    var aside: [Int] = []
    while drawn.count < count {
      if cards.isEmpty { deal() }
      let card = cards.removeFirst()
      if distinct && drawn.count < members.count && drawn.contains(card) {
        aside.append(card)
      } else {
        drawn.append(card)
      }
    }
    if !aside.isEmpty { cards = (aside + cards)[...] }
    return drawn
  }
}

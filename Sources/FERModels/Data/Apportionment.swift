/// Largest-remainder apportionment (Hamilton's method): whole numbers in proportion to counts.
enum Apportionment {
  /// Divides `total` places among classes of the given sizes.
  ///
  /// Class c has the quota qᶜ = total · nᶜ / n. It gets ⌊qᶜ⌋ places, and what remains goes, one each, to the largest
  /// fractional parts; the lower class wins a tie. Then every class that can give a picture has at least one place: a
  /// class without takes it from the class with the most (the higher one in a tie), which keeps its last. No class gives
  /// more than `size − reserve`.
  ///
  /// - Returns: the places of each class. Their sum is `total`, unless the reserve does not leave as many or the classes
  ///   that can give a picture are more than `total`, each of which then has one place.
  /// - Precondition: `total` is in 0...Σ sizes, and the product of the two fits into `Int`.
  /// - Complexity: O(C log C + C²) in the number of classes.
  static func places(total: Int, sizes: [Int], reserve: Int = 0) -> [Int] {
    let size = sizes.reduce(0, +)
    precondition((0...size).contains(total), "\(total) places cannot be filled from \(size) pictures")
    guard total > 0 else { return sizes.map { _ in 0 } }
    var places = sizes.map { total * $0 / size }
    let byRemainder = sizes.indices.sorted { left, right in
      let (l, r) = (total * sizes[left] % size, total * sizes[right] % size)
      return l == r ? left < right : l > r
    }
    for label in byRemainder.prefix(total - places.reduce(0, +)) { places[label] += 1 }
    for label in places.indices where places[label] == 0 && sizes[label] > reserve {
      if let richest = places.indices.max(by: { places[$0] < places[$1] || places[$0] == places[$1] && $0 < $1 }),
        places[richest] > 1
      {
        places[richest] -= 1
      }
      places[label] = 1
    }
    return zip(places, sizes).map { min($0, max(0, $1 - reserve)) }
  }
}

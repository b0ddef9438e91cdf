internal import CFERKernels

extension TripletKernels {
  /// The farthest sample of a class or of all others, the first of equals.
  ///
  /// - Parameter distances: None is negative.
  func farthest(_ distances: Span<Scalar>, _ who: ClassCandidates) -> Int? {
    let place = unsafe who.withCandidates(count: distances.count) {
      unsafe farthest(distances.count, distances.address, $0)
    }
    return place < 0 ? nil : place
  }

  /// The nearest sample of a class or of all others whose distance exceeds `beyond`, the first of equals.
  ///
  /// - Parameter distances: None is negative.
  func nearest(_ distances: Span<Scalar>, _ who: ClassCandidates, beyond: Scalar = -1) -> Int? {
    let place = unsafe who.withCandidates(count: distances.count) {
      unsafe nearest(distances.count, distances.address, $0, beyond)
    }
    return place < 0 ? nil : place
  }

  /// The farthest of all, the first of equals.
  ///
  /// - Parameter distances: None is negative.
  func farthest(_ distances: Span<Scalar>) -> Int? {
    let place = unsafe farthest(distances.count, distances.address, nil)
    return place < 0 ? nil : place
  }

  /// The nearest of all whose distance exceeds `beyond`, the first of equals.
  ///
  /// - Parameter distances: None is negative.
  func nearest(_ distances: Span<Scalar>, beyond: Scalar = -1) -> Int? {
    let place = unsafe nearest(distances.count, distances.address, nil, beyond)
    return place < 0 ? nil : place
  }

  /// The nearest of all beyond each bound, the first of equals; −1 where there is none.
  ///
  /// - Parameter distances: None is negative.
  func nearest(_ distances: Span<Scalar>, beyond bounds: [Scalar]) -> [Int32] {
    var places = [Int32](repeating: -1, count: bounds.count)
    var span = places.mutableSpan
    defer { withExtendedLifetime(bounds) {} }
    unsafe nearestBeyond(distances.count, distances.address, bounds.count, bounds.span.address, span.address)
    return places
  }

  /// Σ max(0, positive − key) over all pairs, and how many are above 0.
  ///
  /// - Parameters:
  ///   - positiveSlopes: Each gets the number of its hinges above 0 added.
  ///   - keySlopes: From each the number of its hinges above 0 is taken.
  func hinges(
    _ positives: Span<Scalar>, _ keys: Span<Scalar>, positiveSlopes: inout MutableSpan<Scalar>,
    keySlopes: inout MutableSpan<Scalar>
  ) -> (loss: Double, active: Double) {
    precondition(
      positives.count == positiveSlopes.count && keys.count == keySlopes.count, "slopes do not fit their distances")
    var active = 0.0
    let loss = unsafe hinges(
      positives.count, keys.count, positives.address, keys.address, positiveSlopes.address, keySlopes.address, &active)
    return (loss, active)
  }
}

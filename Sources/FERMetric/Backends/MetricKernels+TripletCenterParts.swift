internal import CFERKernels

extension MetricKernels {
  /// Runs the fused pass, on all threads of the current backend.
  ///
  /// On several threads a batch is cut into parts, each with squashed centers and sums for their gradients of its own, so
  /// that no thread waits for another's caches. Their number follows from the batch alone, and sums are put together in
  /// order: results differ in the last bit from those on one thread, and are the same on two or more.
  ///
  /// - Parameter arguments: All but scratch, and centers as the kernel reads them.
  func run(_ arguments: fer_triplet_center, centers: MatrixView<Scalar>) -> fer_triplet_center_sums {
    let team = ThreadTeam.current
    let (rows, classes, count) = unsafe (arguments.rows, arguments.classes, centers.elements.count)
    let parts = team.threads > 1 ? Self.parts(rows: rows, columns: centers.columns, classes: classes) : 1
    // What the kernel asks for, then squashed centers and their slopes.
    let places = wholeLines(tripletCenterPlaces(centers.columns, classes)) + 2 * wholeLines(count)
    var scratch = Tensor<Scalar>(uninitialized: [parts, places])
    // The first part has the gradient itself, and the others may find anything where they write.
    let others = unsafe arguments.center_gradient == nil ? 0 : parts - 1
    var gradients = Tensor<Scalar>(uninitialized: [others, count])
    if unsafe !arguments.writes { gradients.fill(with: 0) }
    var scratchSpan = scratch.mutableSpan
    var gradientSpan = gradients.mutableSpan
    defer { withExtendedLifetime((scratch, gradients)) {} }
    let whole = unsafe Part(
      arguments: arguments, centers: centers.elements.address, gradients: gradientSpan.address,
      scratch: scratchSpan.address)
    guard parts > 1 else { return unsafe run(whole, places: places) }

    return unsafe withUnsafeTemporaryAllocation(of: fer_triplet_center_sums.self, capacity: parts) { sums in
      unsafe sums.initialize(repeating: fer_triplet_center_sums())
      nonisolated(unsafe) let (whole, results) = unsafe (whole, sums)
      team.forEachPart(of: rows, parts: parts) { index, range in
        unsafe results[index] = run(whole.part(index, rows: range, places: places), places: places)
      }
      let total = unsafe sums.dropFirst().reduce(into: sums[0]) { total, sum in
        total.loss += sum.loss
        total.active += sum.active
        total.margin += sum.margin
        total.positive += sum.positive
        total.negative += sum.negative
        total.is_finite = total.is_finite && sum.is_finite
      }
      if total.is_finite, let gradient = unsafe whole.arguments.center_gradient?.assumingMemoryBound(to: Scalar.self) {
        for index in 0..<others { unsafe addScaled(count, 1, whole.gradients! + index * count, gradient) }
      }
      return total
    }
  }

  /// Into how many parts a batch is cut: their number grows with the third root of the coordinates, their size with the
  /// rest, and each has rows enough to outweigh its centers.
  private static func parts(rows: Int, columns: Int, classes: Int) -> Int {
    let most = max(1, rows / (4 * classes))
    var parts = 1
    while parts < most && (parts + 1) * (parts + 1) * (parts + 1) <= rows * columns / 4096 { parts += 1 }
    return parts
  }

  /// Squashes the centers, or takes them as they are, and runs the pass.
  private func run(_ part: Part<Scalar>, places: Int) -> fer_triplet_center_sums {
    var arguments = unsafe part.arguments
    let count = unsafe arguments.classes * arguments.columns
    let slopes = unsafe part.scratch! + places - wholeLines(count)
    if unsafe arguments.squashes {
      let values = unsafe slopes - wholeLines(count)
      unsafe squash(count, Scalar(arguments.squash_scale), part.centers, values, slopes)
      unsafe arguments.center_values = UnsafeRawPointer(values)
    } else {
      unsafe fill(count, 1, slopes)
      unsafe arguments.center_values = UnsafeRawPointer(part.centers)
    }
    unsafe arguments.center_slopes = UnsafeRawPointer(slopes)
    unsafe arguments.scratch = UnsafeMutableRawPointer(part.scratch)
    return unsafe tripletCenter(&arguments)
  }
}

/// As many numbers, or a few more, so that what follows begins with a cache line.
private func wholeLines(_ count: Int) -> Int { (count + 15) / 16 * 16 }

/// What the pass over some rows works with.
@unsafe private struct Part<Scalar> {
  var arguments: fer_triplet_center
  let centers: UnsafePointer<Scalar>?
  /// Those of all parts but the first, one after the other.
  let gradients: UnsafeMutablePointer<Scalar>?
  var scratch: UnsafeMutablePointer<Scalar>?

  /// The part of this index, which has these rows.
  func part(_ index: Int, rows: Range<Int>, places: Int) -> Self {
    let size = MemoryLayout<Scalar>.stride
    let count = unsafe arguments.classes * arguments.columns
    let row = unsafe arguments.columns * size
    let selected = unsafe arguments.negatives_per_coordinate ? arguments.columns : 1
    var part = unsafe self
    unsafe part.scratch = scratch! + index * places
    unsafe part.arguments.rows = rows.count
    unsafe part.arguments.embeddings += rows.lowerBound * row
    unsafe part.arguments.inclusion? += rows.lowerBound * row
    unsafe part.arguments.margins? += rows.lowerBound * size
    unsafe part.arguments.labels += rows.lowerBound
    unsafe part.arguments.negatives? += rows.lowerBound * selected
    unsafe part.arguments.valid += rows.lowerBound
    unsafe part.arguments.losses += rows.lowerBound * size
    unsafe part.arguments.embedding_gradient? += rows.lowerBound * row
    unsafe part.arguments.inclusion_gradient? += rows.lowerBound * row
    unsafe part.arguments.margin_gradient? += rows.lowerBound * size
    if index > 0, unsafe arguments.center_gradient != nil {
      unsafe part.arguments.center_gradient = UnsafeMutableRawPointer(gradients! + (index - 1) * count)
    }
    return unsafe part
  }
}

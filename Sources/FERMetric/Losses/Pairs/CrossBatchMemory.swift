/// Compares a batch with the embeddings of recent batches: a loss over pairs whose references are a memory.
///
/// Each training call first puts the batch into a ring of `capacity` embeddings, oldest out first, and then compares the
/// batch with everything in the ring, its own copies included; a sample and its own copy are no pair. Only the batch gets
/// gradient: what is remembered is a constant.
///
///     var loss = CrossBatchMemory(ContrastiveLoss<Float>(), capacity: 1024, dimension: 512)
///     let (value, gradients) = try loss(TensorBatch(embeddings: x, labels: labels))
///
/// The value alone is that of the training call, and leaves the memory as it was. Samples that take no part, or are not
/// finite under the lenient policy, are not remembered.
///
/// - Complexity: That of the wrapped loss with N = `capacity` references; `capacity`·D numbers of memory.
/// - SeeAlso: X. Wang et al., *Cross-Batch Memory for Embedding Learning*, CVPR 2020; Docs/PairLosses.md.
public struct CrossBatchMemory<Scalar: TensorScalar>: MetricLoss {
  /// The loss that compares.
  public var loss: any PairwiseLoss<Scalar>
  /// How many embeddings are remembered.
  public let capacity: Int
  /// D
  public let dimension: Int
  /// How many embeddings are in the memory.
  public private(set) var count = 0

  private var next = 0
  private var memory: Tensor<Scalar>
  private var labels: [Int]

  /// Creates an empty memory around a loss.
  ///
  /// - Parameters:
  ///   - loss: The loss that compares.
  ///   - capacity: How many embeddings are remembered: those of the largest batch at least.
  ///   - dimension: D
  /// - Precondition: Capacity and dimension are positive.
  public init(_ loss: any PairwiseLoss<Scalar>, capacity: Int = 1024, dimension: Int) {
    precondition(capacity > 0, "a memory needs room for at least one embedding, not \(capacity)")
    precondition(dimension > 0, "embeddings have a positive dimension, not \(dimension)")
    self.loss = loss
    self.capacity = capacity
    self.dimension = dimension
    memory = Tensor(zeros: [capacity, dimension])
    labels = Array(repeating: 0, count: capacity)
  }

  /// What is remembered, `[count, D]`, by place in the ring, and its labels.
  public var contents: (embeddings: Tensor<Scalar>, labels: [Int]) {
    (Tensor(memory.block(rows: 0..<count, columns: dimension)), Array(labels.prefix(count)))
  }

  /// Remembers the batch, computes the loss against the memory and adds `weight` × gradient of the batch's embeddings.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite; nothing has then been added or remembered.
  /// - Precondition: The batch has no references, and no more samples than the memory has room for.
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, accumulatingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    let own = try remember(batch)
    return try compare(batch, own, weight: weight, gradients: &gradients)
  }

  /// The value that the training call would give; changes nothing.
  public func value(for batch: MetricBatch<Scalar>) throws(MetricError) -> LossValue<Scalar> {
    var copy = self
    let own = try copy.remember(batch)
    var none = MetricGradients<Scalar>()
    return try copy.compare(batch, own, weight: 0, gradients: &none)
  }

  /// Visits the ring under `memory`, `labels` and `ring` (the next place and how many are filled), and the wrapped loss's
  /// own state under `loss.`. A ring that is put back with a place or a count that no ring has becomes empty.
  ///
  /// - Precondition: State that is put back is of the same capacity and dimension.
  public mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows {
    var state = MetricState<Scalar>.tensor(memory)
    try visit("memory", &state)
    guard case .tensor(let embeddings) = state, embeddings.shape == memory.shape else {
      preconditionFailure("the state `memory` is not a tensor \(memory.shape)")
    }
    memory = embeddings
    state = .integers(labels.map { UInt64(bitPattern: Int64($0)) })
    try visit("labels", &state)
    guard case .integers(let known) = state, known.count == capacity else {
      preconditionFailure("the state `labels` does not hold \(capacity) labels")
    }
    labels = known.map { Int(Int64(bitPattern: $0)) }
    state = .integers([UInt64(next), UInt64(count)])
    try visit("ring", &state)
    guard case .integers(let places) = state, places.count == 2 else {
      preconditionFailure("the state `ring` does not hold a place and a count")
    }
    // Until the ring is full, the next place is the first that is empty.
    let isRing = places[0] < capacity && (places[1] == capacity || places[1] == places[0])
    (next, count) = isRing ? (Int(places[0]), Int(places[1])) : (0, 0)
    try loss.visitState { name, state in try visit("loss." + name, &state) }
  }

  /// Puts the samples that take part into the ring.
  ///
  /// - Returns: The place of each sample, or −1.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  private mutating func remember(_ batch: MetricBatch<Scalar>) throws(MetricError) -> [Int] {
    precondition(batch.references == nil, "a memory is what its batches are compared with: they have no references")
    precondition(
      batch.dimension == dimension,
      "embeddings of dimension \(batch.dimension) do not fit a memory of dimension \(dimension)")
    let samples = try PairSelection(batch, loss.nonFinite)?.samples ?? Array(0..<batch.count)
    precondition(
      samples.count <= capacity,
      "\(samples.count) samples do not fit a memory of \(capacity) embeddings: "
        + "give it the capacity of the largest batch at least")
    let places = samples.indices.map { (next + $0) % capacity }
    var own = [Int](repeating: -1, count: batch.count)
    for (sample, place) in zip(samples, places) {
      own[sample] = place
      labels[place] = batch.labels[sample]
    }
    next = (next + samples.count) % capacity
    count = min(count + samples.count, capacity)
    var rows = memory.mutableMatrix
    for (sample, place) in zip(samples, places) {
      let source = batch.embeddings[row: sample]
      var row = rows[row: place]
      for j in row.indices { row[j] = source[j] }
    }
    return own
  }

  private func compare(
    _ batch: MetricBatch<Scalar>, _ own: [Int], weight: Scalar, gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    let known = Array(labels.prefix(count))
    let compared = MetricBatch(
      embeddings: batch.embeddings, labels: batch.labels, included: batch.included,
      references: memory.block(rows: 0..<count, columns: dimension), referenceLabels: known.span)
    return try PairPass(loss).run(compared, tuples: nil, own: own, weight: weight, gradients: &gradients, use: .added)
  }
}

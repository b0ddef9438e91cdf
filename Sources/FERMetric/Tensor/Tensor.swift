/// A dense array of `Float` or `Double` numbers with a shape.
///
/// A tensor is a value: a copy shares memory until one of the two is changed. Elements are contiguous and row-major;
/// the last axis is the innermost. Memory comes from ``MemoryPool``.
///
///     let x = Tensor<Float>([1, 2, 3, 4, 5, 6], shape: [2, 3])
///     let mean = x.mean(alongAxis: 0)          // [2.5, 3.5, 4.5]
///     let gram = x.product(x, transposeRight: true)
///
/// - Precondition: Operations on two tensors trap with both shapes when these do not fit.
@safe public struct Tensor<Scalar: TensorScalar>: @unchecked Sendable {
  /// The lengths of the axes.
  public internal(set) var shape: Shape

  var storage: TensorStorage<Scalar>

  // The base address stands beside the storage: a span projected out of class storage defeats the optimizer.
  var base: UnsafeMutablePointer<Scalar>

  /// Creates a tensor whose elements hold arbitrary contents; the caller writes all of them.
  package init(uninitialized shape: Shape) {
    self.shape = shape
    storage = TensorStorage(count: shape.elementCount)
    unsafe base = storage.base
  }

  /// Creates a tensor that repeats one value.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public init(repeating value: Scalar, shape: Shape) {
    self.init(uninitialized: shape)
    unsafe Scalar.metricKernels.fill(count, value, base)
  }

  /// Creates a tensor of zeros.
  public init(zeros shape: Shape) {
    self.init(repeating: 0, shape: shape)
  }

  /// Creates a tensor from its elements in row-major order.
  ///
  /// - Precondition: There are as many elements as the shape holds.
  public init(_ elements: some Collection<Scalar>, shape: Shape) {
    precondition(
      elements.count == shape.elementCount,
      "a tensor of shape \(shape) has \(shape.elementCount) elements, but \(elements.count) were given")
    self.init(uninitialized: shape)
    _ = unsafe UnsafeMutableBufferPointer(start: base, count: count).initialize(fromContentsOf: elements)
  }

  /// Creates a tensor with one axis from its elements.
  public init(_ elements: [Scalar]) {
    self.init(elements, shape: [elements.count])
  }

  /// Creates a tensor with two axes from a copy of a matrix.
  public init(_ matrix: MatrixView<Scalar>) {
    self.init(uninitialized: [matrix.rows, matrix.columns])
    unsafe matrix.elements.withUnsafeBufferPointer { elements in
      guard let source = elements.baseAddress else { return }
      unsafe base.update(from: source, count: elements.count)
    }
  }

  /// The number of axes.
  public var rank: Int { shape.count }

  /// The number of elements.
  public var count: Int { storage.count }

  /// A copy of the elements in row-major order.
  public var array: [Scalar] {
    unsafe Array(UnsafeBufferPointer(start: base, count: count))
  }

  /// Makes the memory this tensor's own, so that it may be written.
  mutating func makeUnique() {
    guard !isKnownUniquelyReferenced(&storage) else { return }
    let copy = TensorStorage<Scalar>(count: count)
    unsafe copy.base.update(from: base, count: count)
    storage = copy
    unsafe base = copy.base
  }
}

/// The lengths of a tensor's axes, outermost first.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral {
  /// The length of each axis.
  public let dimensions: [Int]

  /// The product of the lengths; 1 for the shape without axes.
  public let elementCount: Int

  /// Creates a shape from the lengths of its axes.
  ///
  /// - Precondition: No length is negative, and their product fits an `Int`.
  public init(_ dimensions: [Int]) {
    var product = 1
    for length in dimensions {
      precondition(length >= 0, "a shape has no negative length, but \(dimensions) was given")
      let (partial, overflow) = product.multipliedReportingOverflow(by: length)
      precondition(!overflow, "the shape \(dimensions) has more elements than an Int can count")
      product = partial
    }
    self.dimensions = dimensions
    elementCount = product
  }

  /// Creates a shape from a literal such as `[64, 512]`.
  public init(arrayLiteral elements: Int...) {
    self.init(elements)
  }

  /// The number of axes.
  public var count: Int { dimensions.count }

  /// The length of one axis; negative axes count from the end.
  public subscript(axis: Int) -> Int { dimensions[resolve(axis)] }

  /// Turns a possibly negative axis into one that counts from the front.
  ///
  /// - Precondition: The axis lies in `-count ..< count`.
  public func resolve(_ axis: Int) -> Int {
    let resolved = axis < 0 ? axis + count : axis
    precondition(resolved >= 0 && resolved < count, "axis \(axis) is not an axis of a tensor of shape \(self)")
    return resolved
  }
}

extension Shape: CustomStringConvertible {
  /// The lengths joined by `×`, such as `64×512`, or `scalar`.
  public var description: String {
    dimensions.isEmpty ? "scalar" : dimensions.map(String.init).joined(separator: "×")
  }
}

/// A workload that goes on from one iteration of a benchmark to the next, and its memory with it.
public final class Kept<Value> {
  /// The workload.
  public var value: Value

  /// Keeps a workload.
  public init(_ value: Value) { self.value = value }
}

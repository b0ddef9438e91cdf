extension Tensor {
  /// Whether no other tensor shares this memory, so that a kernel may write over it without a copy.
  package mutating func isUniquelyReferenced() -> Bool {
    isKnownUniquelyReferenced(&storage)
  }
}

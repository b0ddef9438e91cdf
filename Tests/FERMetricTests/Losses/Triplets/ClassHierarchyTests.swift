import FERMetric
import Testing

@Suite struct ClassHierarchyTests {
  /// Four classes with spreads of 0.5; 0 and 1 one apart, 2 and 3 two apart, the two groups three apart.
  private let distances = [
    0.5, 1, 3, 3,
    1, 0.5, 3, 3,
    3, 3, 0.5, 2,
    3, 3, 2, 0.5,
  ]

  @Test func classesMergeAtTheNextLevel() {
    // d₀ = 0.5, so that seven levels end at 1, 1.5, …, 4.
    let tree = ClassHierarchy(sums: distances, pairs: Array(repeating: 1, count: 16), classes: 4, levels: 7)
    #expect(tree.spreads == [0.5, 0.5, 0.5, 0.5])
    #expect(tree.mergeDistance(0, 1) == 1.5 && tree.mergeDistance(1, 0) == 1.5)
    #expect(tree.mergeDistance(2, 3) == 2.5)
    #expect(tree.mergeDistance(0, 2) == 3.5 && tree.mergeDistance(3, 1) == 3.5)
  }

  @Test func groupsAreMeasuredByTheirSamples() {
    // Class 2 merges with the pair {0, 1}: 3 times a distance of 1.8 from 0 and once 3 from 1 make a mean of 2.1.
    let pairs: [Double] = [1, 1, 3, 1, 1, 1, 3, 1, 1]
    let sums: [Double] = [0, 0.4, 5.4, 0.4, 0, 3, 5.4, 3, 0]
    let tree = ClassHierarchy(sums: sums, pairs: pairs, classes: 3, levels: 2, ceiling: 4.4)
    #expect(tree.mergeDistance(0, 1) == 2.2 && tree.mergeDistance(0, 2) == 2.2 && tree.mergeDistance(1, 2) == 2.2)
  }

  @Test func unknownClassesStandApart() {
    let tree = ClassHierarchy(
      sums: [0.5, 0, 0, 0], pairs: [2, 0, 0, 0], classes: 2, levels: 4)
    #expect(tree.mergeDistance(0, 1) == 4)
    #expect(tree.spreads == [0.25, 0])
  }

  @Test func refreshReadsTheEmbeddings() {
    var loss = HierarchicalTripletLoss<Double>(classes: 2, levels: 4)
    let points = Tensor<Double>([1, 0, 1, 0, 0, 2, 0, 3], shape: [4, 2])
    let labels = [0, 0, 1, 1]
    loss.refresh(embeddings: points.matrix, labels: labels.span)
    #expect(loss.hierarchy.spreads == [0, 0])
    #expect(loss.hierarchy.mergeDistance(0, 1) == 3)
  }
}

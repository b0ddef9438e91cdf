import FERMetric
import Testing

@Suite struct ShapeTests {
  @Test func countsElementsAndResolvesAxes() {
    let shape: Shape = [2, 3, 4]
    #expect(shape.elementCount == 24)
    #expect(shape[-1] == 4)
    #expect("\(shape)" == "2×3×4")
    #expect(Shape([]).elementCount == 1)
  }

  @Test func refusesNegativeLengths() async {
    await #expect(processExitsWith: .failure) { _ = Shape([2, -1]) }
  }
}

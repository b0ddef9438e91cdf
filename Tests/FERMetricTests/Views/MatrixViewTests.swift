import FERMetric
import Testing

@Suite struct MatrixViewTests {
  @Test func readsForeignMemoryWithoutACopy() {
    let numbers: [Float] = [1, 2, 3, 4, 5, 6]
    let view = MatrixView(numbers.span, rows: 2, columns: 3)
    let corner = view[1, 2]
    let row = view[row: 1]
    let first = row[0]
    #expect(corner == 6)
    #expect(first == 4)
  }

  @Test func writesForeignMemoryWithoutACopy() {
    var numbers: [Double] = [1, 2, 3, 4]
    var view = MutableMatrixView(numbers.mutableSpan, rows: 2, columns: 2)
    view[0, 1] += 10
    var row = view[row: 1]
    row[0] = -3
    #expect(numbers == [1, 12, -3, 4])
  }

  @Test func refusesSizesThatDoNotFit() async {
    await #expect(processExitsWith: .failure) {
      let numbers: [Float] = [1, 2, 3]
      _ = MatrixView(numbers.span, rows: 2, columns: 2)
    }
  }
}

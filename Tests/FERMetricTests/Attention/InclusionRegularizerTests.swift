import FERMetric
import FERModels
import Testing

@Suite struct InclusionRegularizerTests {
  static let cases: [InclusionRegularizer] = [.none, .meanNormalized, .penalty(weight: 0.3, target: 0.4)]

  @Test(arguments: cases) func `Gradients equal central differences`(regularizer: InclusionRegularizer) {
    let inclusion: Tensor<Double> = Formula.uniform("inclusion", [3, 4], times: 0.4, plus: 0.5)
    let probe: Tensor<Double> = Formula.uniform("probe", [3, 4])
    func value(_ a: Tensor<Double>) -> Double {
      (regularizer.apply(to: a) * probe).sum() + 0.7 * regularizer.penalty(of: a)
    }
    let gradient = regularizer.backward(probe, through: inclusion, scale: 0.7)
    for i in 0..<inclusion.count {
      let slopes = [1e-6, -1e-6].map { offset in
        var moved = inclusion
        moved[i / 4, i % 4] += offset
        return value(moved)
      }
      #expect(((slopes[0] - slopes[1]) / 2e-6 - gradient[i / 4, i % 4]).magnitude < 1e-8)
    }
  }

  @Test func `Normalized weights have mean 1, and a row of zeros stays`() {
    let inclusion = Tensor<Float>([0.2, 0.6, 0, 0], shape: [2, 2])
    let used = InclusionRegularizer.meanNormalized.apply(to: inclusion).array
    #expect(used[0].isApproximately(0.5, relative: 1e-6) && used[1].isApproximately(1.5, relative: 1e-6))
    #expect(used[2...] == [0, 0])
    let gradient = InclusionRegularizer.meanNormalized.backward(
      Tensor([1, 1, 1, 1], shape: [2, 2]), through: inclusion)
    #expect(gradient.isFinite && gradient.array[2...] == [1, 1])
  }

  @Test func `The penalty is that of the method`() {
    let inclusion = Tensor<Double>([0.1, 0.3], shape: [1, 2])
    #expect(InclusionRegularizer.penalty().penalty(of: inclusion).isApproximately(0.1 * 0.09, relative: 1e-14))
    #expect(InclusionRegularizer.none.penalty(of: inclusion) == 0)
  }
}

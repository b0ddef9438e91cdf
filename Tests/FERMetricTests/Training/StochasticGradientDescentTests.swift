import FERMetric
import FERModels
import Foundation
import Testing

@Suite struct StochasticGradientDescentTests {
  struct Case: Decodable, Sendable {
    let momentum: Double
    let weightDecay: Double
    let start: [Double]
    let gradients: [[Double]]
    let rates: [Double]
    let steps: [[Double]]
  }

  /// Twelve steps of `torch.optim.SGD` in double precision, with three learning rates.
  static func cases() throws -> [Case] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures/Training/sgd.json")
    return try JSONDecoder().decode([Case].self, from: Data(contentsOf: file))
  }

  @Test func agreesWithTorch() throws {
    let cases = try Self.cases()
    try #require(cases.count == 4)
    for golden in cases {
      var optimizer = StochasticGradientDescent(momentum: golden.momentum, weightDecay: golden.weightDecay)
      var weights = Tensor(golden.start)
      for (step, gradient) in golden.gradients.enumerated() {
        optimizer.update(&weights, gradient: Tensor(gradient), named: "w", rate: golden.rates[step])
        for (ours, theirs) in zip(weights.array, golden.steps[step]) {
          #expect(abs(ours - theirs) <= 1e-14 * max(1, abs(theirs)), "step \(step) at momentum \(golden.momentum)")
        }
      }
      #expect(optimizer.velocities.count == (golden.momentum == 0 ? 0 : 1))
    }
  }

  @Test func goesOnFromARestoredVelocity() throws {
    let golden = try Self.cases()[0]
    var first = StochasticGradientDescent(momentum: golden.momentum, weightDecay: golden.weightDecay)
    var weights = Tensor(golden.start)
    for step in 0..<5 {
      first.update(&weights, gradient: Tensor(golden.gradients[step]), named: "w", rate: golden.rates[step])
    }
    var second = StochasticGradientDescent(momentum: golden.momentum, weightDecay: golden.weightDecay)
    for (name, velocity) in first.velocities { second.restoreVelocity(velocity, named: name) }
    for step in 5..<12 {
      second.update(&weights, gradient: Tensor(golden.gradients[step]), named: "w", rate: golden.rates[step])
    }
    for (ours, theirs) in zip(weights.array, golden.steps[11]) { #expect(abs(ours - theirs) < 1e-14) }
  }

  @Test func refusesAGradientOfAnotherShape() async {
    await #expect(processExitsWith: .failure) {
      var optimizer = StochasticGradientDescent<Float>()
      var weights = Tensor<Float>([1, 2])
      optimizer.update(&weights, gradient: Tensor([1]), named: "w", rate: 0.1)
    }
  }
}

import FERMetric
import FERModels
import Testing

/// The count of threads changes the order of sums, and hence last bits, and nothing else.
///
/// After 4 steps the losses, and every tensor of the checkpoint, are compared with those of one thread. The velocities
/// are the strictest of these: sums of the gradients, in which no starting value hides a difference. ResNet-18 and a small
/// rate keep what rounding does small: fifty layers of drawn weights, or steps at 0.05, multiply a change of the weights
/// by 1e-7 until nothing agrees.
@Suite struct ThreadCountTests {
  /// ‖a − b‖/‖a‖ of a tensor. Rounding makes 1e-4 of it; an element that rounding moves to the other side of a ReLU makes
  /// up to 0.025 in the first layers; a sum that lacks the part of one of eight threads is off by an eighth.
  private static let tolerance = 0.05
  /// The same for the median over all tensors, where rounding makes 4e-6.
  private static let medianTolerance = 1e-4
  /// The change of an element that counts as none: there are statistics that are zero but for rounding.
  private static let floor = 1e-6

  @Test func trainingsOnOneToEightThreadsAgree() async throws {
    let folder = try TemporaryFolder()
    for threads in [1, 2, 3, 8] {
      let training = FastTraining(depth: .eighteen, rate: 1e-5, threads: threads)
      // A process each: the count of OpenBLAS's threads belongs to the process.
      await #expect(processExitsWith: .success) {
        [path = folder("\(threads)") as String, training = training as FastTraining] in
        try training.run(path)
      }
    }
    let alone = RunFolder(folder("1"))
    let expected = try #require(try alone.metrics.epochs().last)
    for threads in [2, 3, 8] {
      let several = RunFolder(folder("\(threads)"))
      let found = try #require(try several.metrics.epochs().last)
      #expect(expected.step == 4 && found.step == 4)
      #expect(abs(found.training.loss - expected.training.loss) <= 1e-5 * expected.training.loss)
      #expect(abs(found.training.crossEntropy - expected.training.crossEntropy) <= 1e-5 * expected.training.loss)
      try compare(SafetensorsFile(contentsOf: alone.last), SafetensorsFile(contentsOf: several.last), threads)
    }
  }

  private func compare(_ expected: SafetensorsFile, _ found: SafetensorsFile, _ threads: Int) throws {
    #expect(expected.entries.map(\.name) == found.entries.map(\.name))
    var shares: [Double] = []
    for entry in expected.entries where entry.type == .f32 {
      let (a, b): (Tensor<Float>, Tensor<Float>) = (try expected.tensor(entry.name), try found.tensor(entry.name))
      let norm = a.converted(to: Double.self).norm()
      let difference = (a.converted(to: Double.self) - b.converted(to: Double.self)).norm()
      let allowed = Self.tolerance * norm + Self.floor * Double(a.count).squareRoot()
      #expect(difference <= allowed, "\(entry.name) on \(threads) threads differs by \(difference) of \(norm)")
      if norm > 0 { shares.append(difference / norm) }
    }
    shares.sort()
    try #require(shares.count > 200)
    #expect(shares[shares.count / 2] <= Self.medianTolerance, "half of the tensors, on \(threads) threads")
  }
}

import FERModels
import Testing

/// The same seed, thread count, processor and library versions leave the same bytes, also on the fast paths.
@Suite struct RepeatedTrainingTests {
  /// Three runs: two in one process, of which the second finds the memory and the prepared kernels of the first, and
  /// one in another, where addresses and the order of dictionaries differ.
  @Test(arguments: [MetricTerm.Sampler.networkSemantic, .mixed])
  func aTrainingLeavesTheSameBytesAgain(sampler: MetricTerm.Sampler) async throws {
    let folder = try TemporaryFolder()
    let (path, training) = (folder.path, FastTraining(sampler: sampler))
    await #expect(processExitsWith: .success) { [path = path as String, training = training as FastTraining] in
      try training.run(path + "/first")
      try training.run(path + "/second")
    }
    await #expect(processExitsWith: .success) { [path = path as String, training = training as FastTraining] in
      try training.run(path + "/third")
    }
    let first = RunFolder(folder("first"))
    for name in ["second", "third"] {
      let again = RunFolder(folder(name))
      for (expected, found) in [
        (first.last, again.last), (first.best, again.best), (first.configuration, again.configuration),
      ] {
        #expect(try SHA256.digest(ofFile: expected) == SHA256.digest(ofFile: found), "\(found)")
      }
    }
    #expect(try first.metrics.epochs().map(\.step) == [4])
  }
}

#if OneDNN && os(Linux)
  import FERMetric
  import FERMetricDNN
  import FERModels
  import Synchronization
  import Testing

  @testable import FERModels

  /// Loops of losses on the threads of oneDNN's kernels.
  @Suite struct OneDNNTeamTests {
    @Test(arguments: [1, 2, 3, 8]) func everyIndexRunsOnce(threads: Int) throws {
      let counts = try onDedicatedThread(backend: .oneDNN, threads: threads) {
        let team = Backend.current.team
        var found = [team.threads]
        for count in [0, 1, 2, 5, 100] {
          let seen = Mutex([Int](repeating: 0, count: count))
          team.forEach(count) { index in
            // A team within a team does what it is asked for, too.
            team.forEach(2) { _ in seen.withLock { $0[index] += 1 } }
          }
          found.append(seen.withLock { seen in seen.filter { $0 == 2 }.count })
        }
        return found
      }
      #expect(counts == [threads, 0, 1, 2, 5, 100])
    }

    @Test func lossesAreTheSameOnTwoThreadsOrMore() throws {
      func gradients(threads: Int) throws -> [[Float]] {
        try onDedicatedThread(backend: .oneDNN, threads: threads) {
          var generator = SeededGenerator(seed: 95)
          let batch = TensorBatch<Float>(
            embeddings: .normal([128, 512], &generator), labels: (0..<128).map { _ in generator.next(below: 7) },
            centers: .normal([7, 512], &generator), inclusion: .uniform([128, 512], in: 0...1, &generator),
            predictions: (0..<128).map { _ in generator.next(below: 7) })
          var (loss, gradients) = (TripletCenterLoss<Float>.amtc3l(sampler: .mixed()), TensorGradients(zerosFor: batch))
          let value = try loss(batch, accumulatingInto: &gradients).value
          return [[value]] + [gradients.embeddings, gradients.centers, gradients.inclusion].map { $0?.array ?? [] }
        }
      }
      let two = try gradients(threads: 2)
      for threads in [2, 3, 8] { #expect(try gradients(threads: threads) == two) }
      let one = try gradients(threads: 1)
      for (a, b) in zip(one, two) {
        let largest = a.map(\.magnitude).max() ?? 0
        #expect(zip(a, b).allSatisfy { ($0 - $1).magnitude <= 1e-5 * largest })
      }
    }
  }
#endif

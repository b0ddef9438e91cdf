#if Tool && ImageCodecs
  import FERModels
  import Foundation
  import Testing

  /// `fer train --loss NAME` trains with every loss of the registry.
  @Suite(.serialized) struct LossTrainingTests {
    private func emptyPlace() throws -> ToolPlace { ToolPlace(folder: try TemporaryFolder(), finishedRun: "") }

    /// A network of an eighth of the width sees 16 drawn faces once; losses that read people see a folder in which each of
    /// six persons has both classes, in batches by person.
    private func arguments(_ name: LossName, _ place: ToolPlace) throws -> [String] {
      if name.readsIdentities {
        for person in 0..<6 {
          for index in 0..<4 {
            try place.write("data/\(index % 2)/S\(person)_\(index).png", ToolPlace.picture(4 * person + index))
          }
        }
        return BadInput.train(
          place("data"), place, "--identity-separator", "_", "--batches", "per-person", "--per-person", "4", "--loss",
          name.rawValue)
      }
      guard name.readsTeacher else { return BadInput.trainDrawn(place, "--loss", name.rawValue) }
      let teaching = BadInput.trainDrawn(place).map { $0 == place.run ? place("teacher") : $0 }
      let outcome = try ToolProcess.run(teaching)
      try #require(outcome.status == 0, "\(outcome.error)")
      return BadInput.trainDrawn(place, "--loss", name.rawValue, "--teacher", place("teacher"))
    }

    @Test(arguments: LossName.allCases) func trainsWithEveryLoss(_ name: LossName) throws {
      let place = try emptyPlace()
      let outcome = try ToolProcess.run(arguments(name, place))
      try #require(outcome.status == 0 && outcome.error.isEmpty, "\(name.rawValue): \(outcome.status) \(outcome.error)")

      // The configuration is what the registry makes of the name.
      let configuration = try TrainingConfiguration(contentsOf: RunFolder(place.run).configuration)
      var expected = configuration
      name.apply(to: &expected)
      expected.named?.teacher = configuration.named?.teacher
      #expect(configuration == expected)
      #expect((configuration.named?.teacher != nil) == name.readsTeacher)

      let epochs = try RunFolder(place.run).metrics.epochs()
      try #require(epochs.count == 1)
      #expect(epochs[0].training.loss.isFinite && epochs[0].step > 1)
      #expect((epochs[0].training.metricLoss != nil) == (name.family != .classification))
    }
  }
#endif

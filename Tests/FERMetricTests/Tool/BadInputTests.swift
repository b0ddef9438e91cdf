#if Tool
  import FERModels
  import Foundation
  import Testing

  @Suite(.serialized) struct BadInputTests {
    /// Every case ends with its status and one line on standard error that says where, and leaves the run as it was.
    @Test func everyCaseEndsWithItsStatusAndOneLine() throws {
      let base = try TemporaryFolder()
      let first = ToolPlace(folder: base, finishedRun: "")
      let training = try ToolProcess.run(BadInput.trainDrawn(first))
      try #require(training.status == 0, "\(training.error)")
      for input in BadInput.all { try check(input, finishedRun: first.run) }
      print("bad input: \(BadInput.all.count) cases")
      #expect(BadInput.all.count >= 40)
    }

    private func check(_ input: BadInput, finishedRun: String) throws {
      let place = ToolPlace(folder: try TemporaryFolder(), finishedRun: finishedRun)
      let arguments = try input.arrange(place)
      let before = try snapshot(place.run)
      let outcome = try ToolProcess.run(arguments, shell: input.shell)
      let mention = input.mention.hasPrefix("=") ? String(input.mention.dropFirst()) : place(input.mention)
      let comment = Comment(rawValue: "\(input.name): \(outcome.status) \(outcome.error)")
      #expect(outcome.status == input.status, comment)
      #expect(outcome.errorLines.count == 1, comment)
      #expect(outcome.error.contains(mention), comment)
      #expect(try snapshot(place.run) == before, comment)
    }
  }
#endif

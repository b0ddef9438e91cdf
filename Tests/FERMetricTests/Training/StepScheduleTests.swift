import FERModels
import Testing

@Suite struct StepScheduleTests {
  @Test func theLateScheduleFallsAfterTwoThirdsAndFiveSixths() {
    let factors = (0..<10).map { StepSchedule.late.factor(inEpoch: $0, of: 10) }
    #expect(factors[0..<7].allSatisfy { $0 == 1 })
    #expect(factors[7] == 0.1)
    #expect(factors[8...].allSatisfy { abs($0 - 0.01) < 1e-15 })
  }

  @Test func thePapersScheduleIsStepLR() {
    for epoch in 0..<60 {
      var expected = 1.0
      for _ in 0..<epoch / 20 { expected *= 0.1 }
      #expect(StepSchedule.paper.factor(inEpoch: epoch, of: 60) == expected)
    }
  }

  @Test func theFirstEpochHasTheWholeRate() {
    for (_, schedule) in StepSchedule.named {
      for epochs in 1...12 { #expect(schedule.factor(inEpoch: 0, of: epochs) == 1) }
    }
  }
}

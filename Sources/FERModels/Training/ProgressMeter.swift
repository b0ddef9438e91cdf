/// Measures how fast steps are done and tells how long the rest will take.
struct ProgressMeter {
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var epochStart: ContinuousClock.Instant
  private var stepsDone = 0
  private var picturesOfEpoch = 0
  private var trainingOfEpoch = Duration.zero

  init() {
    start = clock.now
    epochStart = start
  }

  /// Begins an epoch, or its rest.
  mutating func beginEpoch() {
    epochStart = clock.now
    picturesOfEpoch = 0
    trainingOfEpoch = .zero
  }

  /// Counts a step.
  mutating func finishStep(pictures: Int) {
    stepsDone += 1
    picturesOfEpoch += pictures
    trainingOfEpoch = epochStart.duration(to: clock.now)
  }

  /// Training pictures per second in this epoch, evaluation left out.
  var picturesPerSecond: Double {
    let seconds = trainingOfEpoch.inSeconds
    return seconds > 0 ? Double(picturesOfEpoch) / seconds : 0
  }

  /// Wall time of this epoch.
  var secondsOfEpoch: Double { epochStart.duration(to: clock.now).inSeconds }

  /// Wall time since the training began or was resumed.
  var seconds: Double { start.duration(to: clock.now).inSeconds }

  /// The time that `steps` more will take, evaluations included at their share so far.
  func secondsLeft(steps: Int) -> Double {
    stepsDone == 0 ? 0 : seconds / Double(stepsDone) * Double(steps)
  }
}

extension Duration {
  /// The duration in seconds.
  var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}

#if Tool
  import FERModels
  import Foundation
  import Logging
  import Synchronization

  /// Shows how a training gets on: a line for each epoch, and in between a line that a terminal draws over.
  final class TrainingDisplay: Sendable {
    private struct State {
      var lastLine = ContinuousClock.now
      var isDrawing = false
    }

    private let logger: Logger
    private let epochs: Int
    private let state = Mutex(State())

    init(logger: Logger, epochs: Int) {
      self.logger = logger
      self.epochs = epochs
    }

    /// Shows an event.
    func show(_ event: TrainingEvent) {
      switch event {
      case .began(let summary): began(summary)
      case .note(let sentence): log(sentence)
      case .warning(let warning): log("warning: \(warning)")
      case .step(let progress): step(progress)
      case .epoch(let metrics, let isBest): log(Self.line(metrics, of: epochs, isBest: isBest))
      default: break
      }
    }

    /// Says that the interrupt was heard.
    func interrupted() {
      log("stopping after this step; interrupt again to end at once")
    }

    /// Says how the training ended and what to do with it.
    func finish(_ result: TrainingResult, folder: RunFolder) {
      guard result.isComplete else {
        log("stopped; \(folder.last) holds the whole state; go on with: fer train --resume --out \(folder.path)")
        return
      }
      if let best = result.bestEpoch, let metrics = result.epochs.first(where: { $0.epoch == best }) {
        let figures =
          metrics.validation.map {
            "validation accuracy \($0.accuracy.percent), mean class accuracy \($0.meanClassAccuracy.percent)"
          } ?? "the last one, as there is no validation split"
        log("done in \(result.seconds.duration); best epoch \(best): \(figures)")
      } else {
        log("done; there was nothing left to train")
      }
      log("weights: \(folder.best); judge them with: fer evaluate --run \(folder.path)")
    }

    private func began(_ summary: TrainingSummary) {
      log(
        "\(summary.dataset): \(summary.trainingCount.grouped) training and \(summary.validationCount.grouped)"
          + " validation pictures; \(summary.parameterCount.grouped) parameters;"
          + " \(summary.epochs) epochs of \(summary.stepsPerEpoch) steps")
      if summary.stepsDone > 0 {
        log("going on after step \(summary.stepsDone) of \(summary.epochs * summary.stepsPerEpoch)")
      }
    }

    private func step(_ progress: TrainingProgress) {
      let now = ContinuousClock.now
      let interval: Duration = Console.isTerminal ? .milliseconds(250) : .seconds(30)
      let isDue = state.withLock { state in
        guard state.lastLine.duration(to: now) >= interval else { return false }
        state.lastLine = now
        state.isDrawing = Console.isTerminal
        return true
      }
      guard isDue else { return }
      let line =
        "epoch \(progress.epoch)/\(progress.epochs)  step \(progress.step)/\(progress.stepsPerEpoch)"
        + "  loss \(progress.loss.fixed(3))  accuracy \(progress.accuracy.percent)"
        + "  \(progress.picturesPerSecond.fixed(0)) pictures/s  \(progress.secondsLeft.duration) left"
      if Console.isTerminal {
        Console.output("\r\u{1B}[2K\(line)", terminator: "")
      } else {
        logger.info("\(line)")
      }
    }

    private func log(_ line: String) {
      let wasDrawing = state.withLock { state in
        defer { state.isDrawing = false }
        return state.isDrawing
      }
      if wasDrawing { Console.output("\r\u{1B}[2K", terminator: "") }
      logger.info("\(line)")
    }

    private static func line(_ metrics: EpochMetrics, of epochs: Int, isBest: Bool) -> String {
      var parts = [
        "epoch \(metrics.epoch)/\(epochs)", "rate \(String(format: "%.3g", metrics.rate))",
        "loss \(metrics.training.loss.fixed(3))",
        "train \(metrics.training.accuracy.percent)",
      ]
      if let validation = metrics.validation {
        parts.append("validation \(validation.accuracy.percent), mean class \(validation.meanClassAccuracy.percent)")
      }
      if let metric = metrics.metric {
        if let loss = metrics.training.metricLoss { parts.append("metric loss \(loss.fixed(2))") }
        if let weight = metric.sampleWeightMean { parts.append("sample weight \(weight.fixed(3))") }
        if let inclusion = metric.inclusionMean { parts.append("inclusion \(inclusion.fixed(3))") }
      }
      parts.append("\(metrics.picturesPerSecond.fixed(0)) pictures/s")
      if let seconds = metrics.seconds { parts.append(seconds.duration) }
      if isBest && metrics.validation != nil { parts.append("best") }
      return parts.joined(separator: "  ")
    }
  }
#endif

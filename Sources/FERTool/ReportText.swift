#if Tool
  import FERModels
  import Foundation

  extension Encodable {
    /// The value as JSON on one line, keys in order.
    ///
    /// - Throws: ``UsageError`` for numbers that JSON has no word for, as weights that are not finite give them.
    var json: String {
      get throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
          return String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch {
          throw UsageError(
            "a result is not finite and cannot be written as JSON; check the weights of the run", status: .data)
        }
      }
    }
  }

  extension EvaluationReport {
    /// The figures for people.
    func text(_ evaluation: Evaluation) -> String {
      let interval = BinomialInterval(successes: evaluation.confusion.correctCount, trials: count)
      var lines = [
        "",
        "accuracy             \(accuracy.percent)   (95 % of such samples of pictures: \(interval.lowerBound.percent) to"
          + " \(interval.upperBound.percent))",
        "mean class accuracy  \(meanClassAccuracy.percent)",
        "macro F1             \(macroF1.percent)",
        "compactness          \(compactness?.fixed(3) ?? "none")   (spread within classes over the smallest distance"
          + " between two; smaller is better)",
        "",
      ]
      var table = TextTable(
        headings: ["label \\ predicted"] + classes.map { String($0.prefix(9)) } + ["recall", "pictures"])
      for (label, row) in confusion.enumerated() {
        table.rows.append(
          [classes[label]] + row.map(\.grouped) + [recall[label]?.percent ?? "none", row.reduce(0, +).grouped])
      }
      lines += table.lines
      return lines.joined(separator: "\n")
    }
  }
#endif

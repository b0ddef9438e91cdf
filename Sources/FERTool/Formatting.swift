#if Tool
  import Foundation

  extension Double {
    /// As a share in percent with one decimal.
    var percent: String { String(format: "%.1f %%", 100 * self) }

    /// With a fixed number of decimals.
    func fixed(_ decimals: Int) -> String { String(format: "%.\(decimals)f", self) }

    /// As seconds, minutes and seconds, or hours and minutes.
    var duration: String {
      let seconds = Int(self.rounded())
      if seconds < 60 { return "\(seconds) s" }
      if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
      return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }
  }

  extension Int {
    /// With commas between thousands.
    var grouped: String {
      var digits = String(magnitude)
      var parts: [String] = []
      while digits.count > 3 {
        parts.insert(String(digits.suffix(3)), at: 0)
        digits.removeLast(3)
      }
      return (self < 0 ? "-" : "") + ([digits] + parts).joined(separator: ",")
    }
  }

  extension Int {
    /// With what is counted, in the plural where there isn't just one.
    func counted(_ noun: String) -> String { "\(grouped) \(noun)\(self == 1 ? "" : "s")" }
  }

  extension String {
    /// In lines of at most `width` characters, broken between words; a number stays beside its unit, and an equals sign
    /// between its sides.
    func wrapped(at width: Int) -> String {
      var words: [String] = []
      for word in split(separator: " ") {
        if let last = words.last, last.last?.isNumber == true || last.last == "=" || word == "=" {
          words[words.count - 1] = "\(last) \(word)"
        } else {
          words.append(String(word))
        }
      }
      var lines: [String] = []
      for word in words {
        if let line = lines.last, line.count + 1 + word.count <= width {
          lines[lines.count - 1] = "\(line) \(word)"
        } else {
          lines.append(word)
        }
      }
      return lines.joined(separator: "\n")
    }
  }

  /// Rows of text under headings; the first column stands left, the others right.
  struct TextTable {
    let headings: [String]
    var rows: [[String]] = []

    /// The table with a rule below the headings.
    var lines: [String] {
      let widths = headings.indices.map { column in
        ([headings] + rows).map { $0[column].count }.max() ?? 0
      }
      func line(_ cells: [String]) -> String {
        cells.enumerated().map { column, cell in
          let space = String(repeating: " ", count: widths[column] - cell.count)
          return column == 0 ? cell + space : space + cell
        }.joined(separator: "  ")
      }
      let rule = String(repeating: "-", count: widths.reduce(0, +) + 2 * (widths.count - 1))
      return [line(headings), rule] + rows.map(line)
    }
  }
#endif

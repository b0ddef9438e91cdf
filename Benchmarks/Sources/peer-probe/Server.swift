import Foundation

/// Says `ready`, then repeats `work` as often as each line of the input asks, and prints the times in seconds.
func serve(_ work: () throws -> Void) rethrows {
  func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
  say("ready")
  while let line = readLine(), let count = Int(line) {
    var times: [Double] = []
    for _ in 0..<count {
      let start = ContinuousClock.now
      try work()
      times.append((ContinuousClock.now - start) / .seconds(1))
    }
    say("[" + times.map { "\($0)" }.joined(separator: ", ") + "]")
  }
}

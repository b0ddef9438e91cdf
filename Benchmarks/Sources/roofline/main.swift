// What fraction of this machine's measured peak each kernel reaches.
//
//     roofline [--threads N] [--rounds N]
//
// Measures the peaks, then each kernel, which is bounded by arithmetic or by memory, `rounds` times. Ends with one JSON
// object for the run log.

import Foundation
import Workloads

var threads = ProcessInfo.processInfo.activeProcessorCount
var rounds = 9
var words = CommandLine.arguments.dropFirst()
while let word = words.popFirst() {
  guard let number = words.popFirst().flatMap({ Int($0) }), number > 0 else { fail("\(word) needs a positive number") }
  switch word {
  case "--threads": threads = number
  case "--rounds": rounds = number
  default: fail("usage: roofline [--threads N] [--rounds N]")
  }
}

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(64)
}

/// With four digits, as measurements deserve.
func rounded(_ value: Double) -> Double { Double(String(format: "%.4g", value)) ?? value }

let peaks = Peaks(threads: threads)
var rows = [
  Row(row: "Peak of multiply-adds", metrics: .init(unit: "GFLOP/s", rate: [rounded(peaks.operationsPerSecond / 1e9)])),
  Row(row: "Peak of memory", metrics: .init(unit: "GB/s", rate: [rounded(peaks.bytesPerSecond / 1e9)])),
]
for row in rows { print(row.line) }
for kernel in KernelWorkload.all {
  let times = measure(kernel, threads: threads, rounds: rounds)
  let (work, peak, unit) =
    switch kernel.cost {
    case .operations(let count): (count, peaks.operationsPerSecond, "GFLOP/s")
    case .bytes(let count): (count, peaks.bytesPerSecond, "GB/s")
    }
  let row = Row(
    row: kernel.name,
    metrics: .init(
      milliseconds: times.map { rounded(1000 * $0) }, unit: unit, rate: times.map { rounded(work / $0 / 1e9) },
      share: times.map { rounded(work / $0 / peak) }))
  print(row.line)
  rows.append(row)
}
let encoder = JSONEncoder()
encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
print(String(decoding: try encoder.encode(["rows": rows]), as: UTF8.self))

/// The time of one run in each round, in seconds: runs fill a tenth of a second, and the first round is not counted.
func measure(_ kernel: KernelWorkload, threads: Int, rounds: Int) -> [Double] {
  let work = kernel.prepare(threads: threads)
  work()
  func seconds(_ count: Int) -> Double {
    ContinuousClock().measure { for _ in 0..<count { work() } } / .seconds(1) / Double(count)
  }
  let count = max(1, Int(0.1 / seconds(1)))
  return (0...rounds).map { _ in seconds(count) }.suffix(rounds)
}

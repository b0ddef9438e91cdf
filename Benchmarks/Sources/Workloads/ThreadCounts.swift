import FERMetric
import Foundation

/// The numbers of threads that suites are measured on: 1, 2, 4 and so on, and as many as there are processors.
public enum ThreadCounts {
  /// In ascending order, each once.
  public static let measured: [Int] = {
    let processors = ProcessInfo.processInfo.activeProcessorCount
    let powers = (0..<Int.bitWidth - 1).map { 1 << $0 }.prefix { $0 < processors }
    return powers + [processors]
  }()
}

extension Backend {
  /// Runs `body` with this backend on so many threads, on the thread that calls: the libraries' threads belong to it.
  public func run(threads: Int, _ body: () throws -> Void) rethrows {
    prepareCallingThread(threads: threads)
    try withBackend(self, body)
  }
}

/// A count of threads, as titles name it.
public func title(threads: Int) -> String { threads == 1 ? "1 thread" : "\(threads) threads" }

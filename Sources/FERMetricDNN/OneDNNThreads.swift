#if OneDNN && os(Linux)
  internal import CFERConvolution
  package import FERMetric

  /// The threads of oneDNN's kernels.
  package enum OneDNNThreads {
    /// How many threads the kernels use when they are issued from the calling thread.
    package static var count: Int { Int(fer_dnn_threads()) }

    /// The same threads for loops that are not oneDNN's.
    package static let team = ThreadTeam(threads: { count }, run: { count, body in run(count, body) })

    private static func run(_ count: Int, _ body: @Sendable (Int) -> Void) {
      withoutActuallyEscaping(body) { body in
        var job = Job(body: body)
        unsafe withUnsafeMutablePointer(to: &job) { job in
          unsafe fer_dnn_run(count, { unsafe $0!.assumingMemoryBound(to: Job.self).pointee.body($1) }, job)
        }
      }
    }

    private struct Job {
      let body: @Sendable (Int) -> Void
    }
  }
#endif

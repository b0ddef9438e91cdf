#if Tool
  import Dispatch
  import FERModels
  import Foundation
  import Synchronization

  /// Turns the first interrupt (Control-C), termination request or hang-up into a stop after the step at hand; another
  /// interrupt or termination request ends the process at once.
  ///
  /// So does output that nobody takes any more: the training stops, and its state is saved.
  final class Interruption {
    let stop: StopSignal
    private let first: FirstSignal
    private var sources: [any DispatchSourceSignal] = []

    init(onInterrupt: @escaping @Sendable () -> Void) {
      let (stop, first) = (StopSignal(), FirstSignal())
      self.stop = stop
      self.first = first
      // A reader that is gone fails the write, which stops the training; it must not end the process.
      signal(SIGPIPE, SIG_IGN)
      Console.whenOutputFails { stop.request() }
      for number in [SIGINT, SIGTERM, SIGHUP] {
        let previous = signal(number, SIG_IGN)
        // nohup has the hang-up ignored, and wants it to stay so.
        let isIgnored = unsafe unsafeBitCast(previous, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
        if number == SIGHUP && isIgnored { continue }
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler {
          if first.record(number) {
            stop.request()
            onInterrupt()
          } else if number != SIGHUP {
            // A terminal that closes may hang up more than once; only people are impatient.
            _exit(Self.status(of: number))
          }
        }
        source.activate()
        sources.append(source)
      }
    }

    deinit { for source in sources { source.cancel() } }

    /// The exit status that tells which signal stopped the training, as shells have it; nil if none did.
    var status: Int32? { first.number.map(Self.status) }

    private static func status(of number: Int32) -> Int32 { 128 + number }
  }

  /// Which signal came first.
  private final class FirstSignal: Sendable {
    private let received = Mutex<Int32?>(nil)

    var number: Int32? { received.withLock { $0 } }

    /// Notes a signal.
    ///
    /// - Returns: Whether it is the first one.
    func record(_ number: Int32) -> Bool {
      received.withLock { received in
        guard received == nil else { return false }
        received = number
        return true
      }
    }
  }
#endif

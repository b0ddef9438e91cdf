#if Tool
  import Dispatch
  import FERModels
  import Foundation

  /// Turns the first interrupt (Control-C) or termination request into a stop after the step at hand; a second one ends
  /// the process as usual.
  final class Interruption {
    let stop = StopSignal()
    private var sources: [any DispatchSourceSignal] = []

    init(onInterrupt: @escaping @Sendable () -> Void) {
      for number in [SIGINT, SIGTERM] {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        let stop = stop
        source.setEventHandler {
          signal(number, SIG_DFL)
          guard !stop.isRequested else { return }
          stop.request()
          onInterrupt()
        }
        source.activate()
        sources.append(source)
      }
    }

    deinit { for source in sources { source.cancel() } }
  }
#endif

/// A library of kernels: who multiplies matrices, factorizes and convolves.
///
/// Kernels are chosen by scope, not by type. The default is ``reference``, plain Swift, slow and obvious:
///
///     withBackend(.openBLAS) {
///       let product = a.product(b)             // OpenBLAS
///     }
///
/// Libraries that bring kernels extend this type with a static property (`.openBLAS`, `.oneDNN`).
public struct Backend: Sendable {
  /// The name that logs and errors show.
  public var name: String { parts.name }
  /// Kernels for `Float`.
  public var single: any NetworkKernels<Float> { parts.single }
  /// Kernels for `Double`.
  public var double: any NetworkKernels<Double> { parts.double }
  /// Threads for loops of losses that are no kernels.
  public var team: ThreadTeam { parts.team }

  // One reference, because every loss asks for the current backend.
  private let parts: Parts

  private final class Parts: Sendable {
    let name: String
    let single: any NetworkKernels<Float>
    let double: any NetworkKernels<Double>
    let team: ThreadTeam
    let prepare: @Sendable (Int) -> Void

    init(
      name: String, single: any NetworkKernels<Float>, double: any NetworkKernels<Double>, team: ThreadTeam,
      prepare: @escaping @Sendable (Int) -> Void
    ) {
      self.name = name
      self.single = single
      self.double = double
      self.team = team
      self.prepare = prepare
    }
  }

  /// Creates a backend from its kernels.
  ///
  /// - Parameters:
  ///   - name: The name that logs and errors show.
  ///   - single: Kernels for `Float`.
  ///   - double: Kernels for `Double`.
  ///   - team: Threads for loops of losses that are no kernels.
  ///   - prepareCallingThread: Sets how many threads kernels use when issued from the thread that calls this closure.
  public init(
    name: String, single: any NetworkKernels<Float>, double: any NetworkKernels<Double>,
    team: ThreadTeam = .callingThread, prepareCallingThread: @escaping @Sendable (_ threads: Int) -> Void = { _ in }
  ) {
    parts = Parts(name: name, single: single, double: double, team: team, prepare: prepareCallingThread)
  }

  /// The same kernels, with another team for the loops of losses.
  public func lending(_ team: ThreadTeam) -> Backend {
    Backend(name: name, single: single, double: double, team: team, prepareCallingThread: parts.prepare)
  }

  /// Sets how many threads the kernels use when they are issued from the calling thread.
  ///
  /// Some libraries keep this count for each calling thread, others for the process. Issue all kernels of a run from
  /// one thread that has called this.
  ///
  /// - Precondition: `threads` is positive.
  public func prepareCallingThread(threads: Int) {
    precondition(threads > 0, "a backend needs at least one thread, not \(threads)")
    parts.prepare(threads)
  }

  /// Plain Swift without dependencies: the oracle that every other backend is tested against.
  public static let reference = Backend(
    name: "reference", single: ReferenceKernels<Float>(), double: ReferenceKernels<Double>())

  /// The backend of the innermost scope of `withBackend` in this task; ``reference`` outside of any.
  public static var current: Backend { Scope.backend }

  enum Scope {
    @TaskLocal static var backend: Backend = .reference
  }
}

extension Backend: CustomStringConvertible {
  /// The name.
  public var description: String { name }
}

/// Runs `body` with `backend` as the current one.
///
/// The choice follows the task, structured child tasks included. Threads that Dispatch starts do not inherit it.
public func withBackend<Result, Failure: Error>(
  _ backend: Backend, _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  let outcome: Swift.Result<Result, Failure> = Backend.Scope.$backend.withValue(backend) {
    do throws(Failure) {
      return .success(try body())
    } catch {
      return .failure(error)
    }
  }
  return try outcome.get()
}

/// Runs an asynchronous `body` with `backend` as the current one.
public func withBackend<Result: Sendable, Failure: Error>(
  _ backend: Backend, isolation: isolated (any Actor)? = #isolation, _ body: () async throws(Failure) -> Result
) async throws(Failure) -> Result {
  let outcome: Swift.Result<Result, Failure> = await Backend.Scope.$backend.withValue(backend) {
    do throws(Failure) {
      return .success(try await body())
    } catch {
      return .failure(error)
    }
  }
  return try outcome.get()
}

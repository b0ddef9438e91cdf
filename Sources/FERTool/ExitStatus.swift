#if Tool
  import ArgumentParser
  import FERModels

  /// The exit statuses of `fer`, those of sysexits.h.
  enum ExitStatus: Int32 {
    case usage = 64
    case data = 65
    case missingInput = 66
    case software = 70
    case cannotCreate = 73
    case inputOutput = 74

    /// The status that an error ends with.
    init(_ error: any Error) {
      switch error {
      case let error as DatasetError: self.init(error)
      case let error as ImageError: self.init(error)
      case let error as TrainingError: self.init(error)
      case let error as SafetensorsError: self.init(error)
      case .file(let error) as WeightLoadError: self.init(error)
      case is WeightLoadError, is RecognitionError: self = .data
      case let error as UsageError: self = error.status
      default: self = FERCommand.exitCode(for: error) == .validationFailure ? .usage : .software
      }
    }

    private init(_ error: DatasetError) {
      switch error.kind {
      case .missingFolder, .missingList, .missingPictures: self = .missingInput
      case .unreadable: self = .inputOutput
      default: self = .data
      }
    }

    private init(_ error: ImageError) {
      switch error {
      case .unreadable(_, let reason): self = reason.hasPrefix("No such file") ? .missingInput : .inputOutput
      case .unwritable: self = .cannotCreate
      default: self = .data
      }
    }

    private init(_ error: TrainingError) {
      switch error {
      case .runExists: self = .cannotCreate
      case .noRun, .noBestWeights: self = .missingInput
      case .settingChanged: self = .usage
      case .unwritable(_, let reason): self = Self.isFull(reason) ? .inputOutput : .cannotCreate
      case .unreadable(_, let reason): self = reason.hasPrefix("No such file") ? .missingInput : .inputOutput
      case .notFinite: self = .software
      default: self = .data
      }
    }

    private init(_ error: SafetensorsError) {
      switch error.problem {
      case .unreadable(let reason): self = reason.hasPrefix("No such file") ? .missingInput : .inputOutput
      case .unwritable(let reason): self = Self.isFull(reason) ? .inputOutput : .cannotCreate
      default: self = .data
      }
    }

    /// Whether the place exists and only its space ran out.
    private static func isFull(_ reason: String) -> Bool {
      ["No space left", "File too large", "Disk quota", "Input/output"].contains(where: reason.hasPrefix)
    }
  }

  /// What is wrong with the arguments, beyond what the parser sees.
  struct UsageError: Error, CustomStringConvertible {
    var status = ExitStatus.usage
    let description: String

    init(_ description: String, status: ExitStatus = .usage) {
      self.description = description
      self.status = status
    }
  }
#endif

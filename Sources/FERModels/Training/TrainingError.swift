/// What stops a training, each with the path or the numbers that matter and the way out.
@nonexhaustive
public enum TrainingError: Error, Sendable, Equatable {
  /// The folder holds a run already, and nobody asked to resume it.
  case runExists(path: String)
  /// The folder holds no run to resume or to read.
  case noRun(path: String, missing: String)
  /// The run was stopped before its first epoch was done.
  case noBestWeights(path: String)
  /// A file of the run does not say what it should.
  case malformedRun(path: String, reason: String)
  /// The run was made with another setting than the one asked for now.
  case settingChanged(path: String, setting: String, recorded: String, given: String)
  /// The run was made with other pictures or labels than those that are given now.
  case dataChanged(path: String, name: String, recorded: String, given: String)
  /// The run's teacher is not the one that it has learned from so far.
  case teacherChanged(path: String, teacher: String)
  /// The operating system did not take a file or folder.
  case unwritable(path: String, reason: String)
  /// The operating system did not hand over a file.
  case unreadable(path: String, reason: String)
  /// A picture could not be read or made.
  case picture(name: String, reason: String)
  /// The data set has too few training pictures.
  case tooFewPictures(name: String, count: Int)
  /// The run that should teach does not fit the student.
  case unfitTeacher(path: String, reason: String)
  /// The loss reads who is in the pictures, but the data set does not say it.
  case unknownPeople(name: String, loss: String)
  /// Batches are put together by person, but the data set does not say who is in the pictures.
  case batchesOfUnknownPeople(name: String)
  /// The loss or a gradient became infinite or NaN.
  case notFinite(what: String, epoch: Int, step: Int, rate: Double, pictures: [String])
}

extension TrainingError: CustomStringConvertible {
  /// One line: what and where, and the way out.
  public var description: String {
    switch self {
    case .runExists(let path):
      "\(path): there is a run in this folder already; resume it with --resume or give another folder"
    case .noRun(let path, let missing):
      "\(path): there is no run in this folder (\(missing) is missing); give the folder that fer train wrote"
    case .noBestWeights(let path):
      "\(path): the run was stopped before its first epoch was done, so there are no best weights yet; go on with it"
        + " (--resume), or take those of the last step (--weights last)"
    case .malformedRun(let path, let reason):
      "\(path): \(reason); restore the file or train again in another folder"
    case .settingChanged(let path, let setting, let recorded, let given):
      "\(path): the run was made with \(setting) \(recorded), not \(given); leave the option out to resume it"
    case .dataChanged(let path, let name, let recorded, let given):
      "\(path): the run was made with other data, \(recorded), than \(name) holds now, \(given); put back its pictures,"
        + " names and labels, or train again in another folder"
    case .teacherChanged(let path, let teacher):
      "\(path): the run learned from another model than the best of \(teacher) is now; put that teacher back, or train"
        + " again in another folder"
    case .unwritable(let path, let reason):
      "\(path): cannot be written: \(reason); free the place or choose another folder"
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .picture(let name, let reason):
      reason.hasPrefix(name) ? reason : "\(name): \(reason)"
    case .tooFewPictures(let name, let count):
      "\(name): a training needs at least 2 pictures, but there are \(count)"
    case .unfitTeacher(let path, let reason):
      "\(path): this run cannot teach: \(reason); train a teacher with the student's input and width"
    case .unknownPeople(let name, let loss):
      "\(name): \(loss) reads who is in the pictures, which this data set does not say; take another loss, or name the"
        + " people in the files (--identity-separator)"
    case .batchesOfUnknownPeople(let name):
      "\(name): batches by person need to know who is in the pictures, which this data set does not say; put batches"
        + " together in another way, or name the people in the files (--identity-separator)"
    case .notFinite(let what, let epoch, let step, let rate, let pictures):
      "the \(what) is not finite in epoch \(epoch), step \(step), at the rate \(rate); lower the rate or the weight of the"
        + " metric loss; what was saved last stands" + (pictures.isEmpty ? "" : "; the batch: \(Self.list(pictures))")
    }
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(8).joined(separator: " ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }
}

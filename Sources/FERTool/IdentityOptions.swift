#if Tool
  import ArgumentParser
  import FERModels

  /// How the names of files tell who is in a picture.
  struct IdentityOptions: ParsableArguments {
    @Option(
      name: .long,
      help: ArgumentHelp(
        "What ends the person's name at the beginning of a file's name, as _ in S010_002.png; for --layout folder (default: persons are not known).",
        valueName: "char"))
    var identitySeparator: String?

    /// The separator that is given, over one that is recorded.
    ///
    /// - Throws: `ValidationError` if it is more than a character, or the layout has no names of persons.
    func separator(over recorded: Character? = nil, in layout: DatasetLayout) throws -> Character? {
      if let identitySeparator, identitySeparator.count != 1 {
        throw ValidationError("--identity-separator is one character, not \"\(identitySeparator)\"")
      }
      let separator = identitySeparator?.first ?? recorded
      if separator != nil && !layout.mayNamePersons {
        throw ValidationError(
          "--identity-separator belongs to --layout folder: file names tell no persons in \(layout.rawValue)")
      }
      return separator
    }
  }
#endif

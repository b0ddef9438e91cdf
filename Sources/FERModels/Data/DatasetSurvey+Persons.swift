extension DatasetSurvey {
  /// Names of files that tell no person, and persons whose pictures stand in an earlier split as well: one finding for each
  /// of these persons and later splits, at its first picture there.
  func findings(onPersonsEndingAt separator: Character) -> [DatasetFinding] {
    var findings: [DatasetFinding] = []
    var first: [String: [Split: String]] = [:]
    for entry in entries {
      do throws(DatasetError) {
        let person = try PersonName.beginning(entry.path, endingAt: separator)
        if first[person]?[entry.split] == nil { first[person, default: [:]][entry.split] = entry.path }
      } catch {
        findings.append(DatasetFinding(.missingIdentity, .error, path: error.path, message: error.reason))
      }
    }
    for (person, paths) in first {
      for (split, path) in paths {
        let earlier = paths.keys.filter { $0.order < split.order }.min { $0.order < $1.order }
        guard let earlier, let other = paths[earlier] else { continue }
        findings.append(
          DatasetFinding(
            .personAcrossSplits, .warning, path: path,
            message: "the person \(person.excerpt) is in \(other.printable) of the \(earlier) split as well"))
      }
    }
    return findings
  }
}

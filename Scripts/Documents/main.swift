// Keeps documents and measurements together: tables come from run logs, code snippets from the examples.
//
//     documents write README.md Docs            rewrite tables and snippets
//     documents check README.md Docs            fail when one differs, or a relative link leads nowhere
//     documents record --name N --table T …     write Docs/Results/N.json (see Recorder.swift)
//
// Run from the root of the repository.

import Foundation

func run(_ arguments: [String]) throws(Failure) {
  switch arguments.first {
  case "write":
    for document in try Document.all(in: arguments.dropFirst()) { try document.rewrite() }
  case "check":
    var complaints: [String] = []
    for document in try Document.all(in: arguments.dropFirst()) { complaints += try document.complaints() }
    guard complaints.isEmpty else { throw Failure(complaints.joined(separator: "\n")) }
    print("documents, run logs and examples agree")
  case "record":
    try Recorder(arguments.dropFirst()).record()
  default:
    throw Failure("usage: documents write|check PATH… | documents record OPTIONS")
  }
}

do {
  try run(Array(CommandLine.arguments.dropFirst()))
} catch {
  FileHandle.standardError.write(Data((error.message + "\n").utf8))
  exit(1)
}

import FERModels
import Foundation
import Testing

@Suite(.serialized) struct ToolTests {
  #if !Tool
    @Test func saysHowToBuildTheTool() throws {
      let outcome = try ToolProcess.run(["train"])
      #expect(outcome.status == 64)
      #expect(outcome.error.contains("swift run --traits default,Tool fer"))
      #expect(outcome.output.isEmpty)
    }
  #else
    private struct PredictionLine: Decodable {
      let file: String
      let label: String
      let probabilities: [String: Double]
    }

    private struct EmbeddingLine: Decodable {
      let file: String
      let embedding: [Float]
    }

    @Test func everyCommandHasHelp() throws {
      for command in ["demo", "losses", "train", "evaluate", "predict", "embed", "verify"] {
        let outcome = try ToolProcess.run([command, "--help"])
        #expect(outcome.status == 0 && outcome.error.isEmpty)
        #expect(outcome.output.contains("USAGE: fer \(command)"))
      }
      #expect(try ToolProcess.run(["predict", "--help"]).output.contains("aligned crop of one face"))
    }

    @Test func trainsEvaluatesPredictsAndEmbeds() throws {
      let place = ToolPlace(folder: try TemporaryFolder(), finishedRun: "")
      let training = try ToolProcess.run(BadInput.trainDrawn(place))
      #expect(training.status == 0 && training.error.isEmpty)
      #expect(training.output.split(separator: "\n").first?.contains("backend") == true)

      let evaluation = try ToolProcess.run(["evaluate", "--run", place.run, "--json"])
      #expect(evaluation.status == 0 && evaluation.error.isEmpty)
      let report = try JSONDecoder().decode(EvaluationReport.self, from: Data(evaluation.output.utf8))
      #expect(report.count == 3068 && report.split == "test" && report.weights == "best")
      #expect(report.classes == SyntheticFaces.classNames)
      #expect(evaluation.output.split(separator: "\n").count == 1)

      #if ImageCodecs
        let names = ["a.png", "b.png"]
        for (seed, name) in names.enumerated() { try place.write(name, ToolPlace.picture(seed)) }
        let prediction = try ToolProcess.run(["predict", "--run", place.run, "--json"] + names.map { place($0) })
        let lines = try prediction.output.split(separator: "\n").map {
          try JSONDecoder().decode(PredictionLine.self, from: Data($0.utf8))
        }
        #expect(lines.map(\.file) == names.map { place($0) })
        for line in lines {
          #expect(Set(line.probabilities.keys) == Set(report.classes))
          #expect(abs(line.probabilities.values.reduce(0, +) - 1) < 1e-5)
          #expect(line.probabilities[line.label] == line.probabilities.values.max())
        }

        let embedding = try ToolProcess.run(["embed", "--run", place.run, place("a.png")])
        let line = try JSONDecoder().decode(EmbeddingLine.self, from: Data(embedding.output.utf8))
        #expect(line.file == place("a.png") && line.embedding.count == 64)

        let verification = try ToolProcess.run(["verify", "--data", try place.makeRAFDB()])
        #expect(verification.status == 0 && verification.error.isEmpty)
      #endif
    }

    @Test func anInterruptedRunGoesOnToTheSameBytes() throws {
      let folder = try TemporaryFolder()
      func arguments(_ name: String) -> [String] {
        [
          "train", "--layout", "synthetic", "--model", "resnet18", "--stem", "small", "--width", "0.125", "--size",
          "32",
          "--epochs", "3", "--batch-size", "8", "--limit-train", "64", "--validation", "0.01", "--sampler", "ns",
          "--threads", "2", "--out", folder(name),
        ]
      }
      #expect(try ToolProcess.run(arguments("whole")).status == 0)

      let log = try TemporaryFolder()
      let process = try ToolProcess.start(arguments("parts"), into: log)
      while process.isRunning && !FileManager.default.fileExists(atPath: folder("parts/last.safetensors")) {
        Thread.sleep(forTimeInterval: 0.01)
      }
      process.interrupt()
      let stopped = try ToolProcess.finish(process, in: log)
      #expect(stopped.status == 130 && stopped.error.isEmpty)
      #expect(stopped.output.contains("--resume"))

      let resumed = try ToolProcess.run(["train", "--resume", "--out", folder("parts")])
      #expect(resumed.status == 0 && resumed.error.isEmpty)
      for name in ["last.safetensors", "best.safetensors", "config.json"] {
        #expect(try contents(folder("whole/" + name)) == contents(folder("parts/" + name)), "\(name)")
      }
    }
  #endif
}

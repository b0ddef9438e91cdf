#if Tool
  import ArgumentParser
  import FERMetric
  import FERModels

  /// `fer embed`.
  struct EmbedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "embed", abstract: "Compute the embeddings of pictures.",
      discussion: """
        A line of JSON is printed for each picture: file and embedding. With --data the pictures are those of a split,
        and lines have the label as well; with --out they go to a safetensors file instead: embeddings [n, D], labels
        [n] (-1 for pictures without one), and the names of the files as a JSON list in the metadata. Splits are those
        that the run recorded: a picture it trained on is never one of its validation pictures.
        """)

    @Option(name: .customLong("run"), help: ArgumentHelp("The folder of the run.", valueName: "run"))
    var runFolder: String

    @Option(name: .long, help: "best or last.")
    var weights = Recognizer.Weights.best

    @OptionGroup(title: "Data") var data: DataOptions

    @Option(name: .long, help: "train, validation or test.")
    var split = Split.test

    @Option(name: .long, help: ArgumentHelp("A safetensors file to write.", valueName: "file"))
    var out: String?

    @Argument(help: ArgumentHelp("Pictures.", valueName: "file"))
    var files: [String] = []

    private struct Line: Encodable {
      let file: String
      let label: String?
      let embedding: [Float]
    }

    func validate() throws {
      let hasData = data.data != nil || data.layout == .synthetic
      guard hasData != !files.isEmpty else {
        throw ValidationError("give either pictures or --data DIR, and one of the two")
      }
    }

    func run() throws {
      let recognizer = try Recognizer(run: runFolder, weights: weights, backend: .best)
      let names: [String]
      let labels: [Int?]
      let embeddings: Tensor<Float>
      if files.isEmpty {
        let dataset = try data.dataset(of: RunFolder(runFolder), split: split)
        let evaluation = try Evaluator(recognizer).evaluate(dataset, split: split)
        names = evaluation.samples.map(\.description)
        labels = evaluation.samples.map(\.label)
        embeddings = evaluation.embeddings
      } else {
        names = files
        labels = files.map { _ in nil }
        embeddings = Tensor(concatenating: try files.map { recognizer.embed([try RGBImage(contentsOf: $0)]) })
      }
      guard let out else {
        for (row, name) in names.enumerated() {
          let label = labels[row].map { recognizer.classNames[$0] }
          Console.output(try Line(file: name, label: label, embedding: embeddings[row: row].array).json)
        }
        return
      }
      var writer = SafetensorsWriter(metadata: ["files": try names.json, "classes": try recognizer.classNames.json])
      writer.add("embeddings", embeddings)
      writer.add("labels", integers: labels.map { Int64($0 ?? -1) }, shape: [names.count])
      try writer.write(to: out)
    }
  }
#endif

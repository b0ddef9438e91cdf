import FERMetric
import FERModels
import Foundation

extension BadInput {
  static var usage: [BadInput] {
    [
      BadInput("unknown command", 64, "=recognise") { _ in ["recognise"] },
      BadInput("unknown option", 64, "=--rate") { trainDrawn($0, "--rate", "1") },
      BadInput("unknown sampler", 64, "=hardest") { trainDrawn($0, "--loss", "tc3l", "--sampler", "hardest") },
      BadInput("unknown attention on the map", 64, "=eca") { trainDrawn($0, "--map-attention", "eca") },
      BadInput("no data", 64, "=--data") { ["train", "--out", $0.run] },
      BadInput("no place for the run", 64, "=--out") { _ in ["train", "--layout", "synthetic"] },
      BadInput("no epoch", 64, "=at least 1 epoch") { trainDrawn($0, "--epochs", "0") },
      BadInput("batches of one", 64, "=at least 2 pictures") { trainDrawn($0, "--batch-size", "1") },
      BadInput("rate that is no number", 64, "=rate") { trainDrawn($0, "--lr", "nan") },
      BadInput("negative width", 64, "=width") { trainDrawn($0, "--width=-1") },
      BadInput("tiny pictures", 64, "=--size") { trainDrawn($0, "--size", "4") },
      BadInput("all for validation", 64, "=--validation") { trainDrawn($0, "--validation", "1") },
      BadInput("no thread", 64, "=thread") { trainDrawn($0, "--threads", "0") },
      BadInput("sampler without a metric loss", 64, "=--sampler") { trainDrawn($0, "--sampler", "ms") },
      BadInput("a reading of amtc3l for cross-entropy", 64, "=--preset") { trainDrawn($0, "--preset", "paper") },
      BadInput("margin that is no number", 64, "=margin") {
        trainDrawn($0, "--loss", "amtc3l", "--margin-scale", "nan")
      },
      BadInput("rate of the centers that is no number", 64, "=centers") {
        trainDrawn($0, "--loss", "tc3l", "--center-lr", "inf")
      },
      BadInput("threads beyond every processor", 64, "=--threads") { trainDrawn($0, "--threads", "5000000000") },
      BadInput("epochs beyond counting", 64, "=9000000000000000000") {
        trainDrawn($0, "--epochs", "9000000000000000000")
      },
      BadInput("width without a channel", 64, "=0.001") { trainDrawn($0, "--width", "0.001") },
      BadInput("momentum of one in single precision", 64, "=0.999999999") {
        trainDrawn($0, "--momentum", "0.999999999")
      },
      BadInput("demo without an epoch", 64, "=--epochs") { _ in ["demo", "--epochs", "0"] },
      BadInput("demo of too few pictures", 64, "=--train-count") { _ in ["demo", "--train-count", "9"] },
      BadInput("demo of too many pictures", 64, "=--test-count") { _ in
        ["demo", "--test-count", "9000000000000000000"]
      },
      BadInput("nothing to embed", 64, "=pictures") { ["embed", "--run", try $0.makeRun()] },
      BadInput("nothing to predict", 64, "=file") { ["predict", "--run", try $0.makeRun()] },
    ]
  }

  /// Options whose value is no number, or none of single precision.
  static var numbers: [BadInput] {
    let attention = ["--inclusion-bias", "--attention-lr"]
    let metric = ["--lambda", "--center-lr", "--margin-scale", "--positive-weight", "--squash-scale"]
    let values = [("nan", "nan"), ("inf", "inf"), ("1e300", "1e+300")]
    return values.flatMap { text, printed in
      (["--lr", "--weight-decay"] + metric + attention).map { option in
        BadInput("\(option) \(text)", 64, "=\(printed)") {
          let loss = attention.contains(option) ? "amtc3l" : metric.contains(option) ? "tc3l" : "ce"
          return trainDrawn($0, "--loss", loss, option, text)
        }
      } + [BadInput("demo --lambda \(text)", 64, "=\(printed)") { _ in ["demo", "--lambda", text] }]
    }
  }

  static var weights: [BadInput] {
    [
      BadInput("missing weights", 66, "w.safetensors") { trainDrawn($0, "--init", $0("w.safetensors")) },
      BadInput("empty weights", 65, "w.safetensors") { place in
        try place.write("w.safetensors", Data())
        return trainDrawn(place, "--init", place("w.safetensors"))
      },
      BadInput("weights with a long header", 65, "w.safetensors") { place in
        try place.write("w.safetensors", Data(repeating: 0x7F, count: 64))
        return trainDrawn(place, "--init", place("w.safetensors"))
      },
      broken("weights with overlapping offsets", tensors: #""a":\#(entry(0, 8)),"b":\#(entry(4, 12))"#, bytes: 12),
      broken("weights with a hole", tensors: #""a":\#(entry(0, 8)),"b":\#(entry(12, 20))"#, bytes: 20),
      broken("weights beyond the end", tensors: #""a":\#(entry(0, 8)),"b":\#(entry(8, 16))"#, bytes: 8),
      broken(
        "weights of an unknown type", tensors: #""a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}"#, bytes: 8),
      broken("weights that are no JSON", tensors: "a", bytes: 0),
      BadInput("weights of another shape", 65, "run/best.safetensors") { place in
        try place.makeRun()
        let arguments = trainDrawn(place, "--width", "0.25", "--init", place("run/best.safetensors"))
        return arguments.map { $0 == place.run ? place("other") : $0 }
      },
      BadInput("weights of another network", 65, "w.safetensors") { place in
        var writer = SafetensorsWriter()
        writer.add("encoder.weight", Tensor<Float>([1, 2]))
        try writer.write(to: place("w.safetensors"))
        return trainDrawn(place, "--init", place("w.safetensors"))
      },
    ]
  }

  private static func entry(_ begin: Int, _ end: Int) -> String {
    #"{"dtype":"F32","shape":[2],"data_offsets":[\#(begin),\#(end)]}"#
  }

  private static func broken(_ name: String, tensors: String, bytes: Int) -> BadInput {
    BadInput(name, 65, "w.safetensors") { place in
      try place.writeSafetensors("w.safetensors", header: "{" + tensors + "}", bytes: bytes)
      return trainDrawn(place, "--init", place("w.safetensors"))
    }
  }

  static var runs: [BadInput] {
    [
      BadInput("folder below a file", 73, "file/run") { place in
        try place.write("file", Data())
        return trainDrawn(place).map { $0 == place.run ? place("file/run") : $0 }
      },
      BadInput("folder that the system does not make", 73, "=/proc/fer-run") { place in
        trainDrawn(place).map { $0 == place.run ? "/proc/fer-run" : $0 }
      },
      BadInput("folder with a run", 73, "run") { place in
        try place.makeRun()
        return trainDrawn(place)
      },
      BadInput("full disk", 74, "run/last.safetensors", shell: #"ulimit -f 64; exec "$@""#) { trainDrawn($0) },
      BadInput("nowhere to print", 74, "=standard output", shell: #"exec "$@" > /dev/full"#) { trainDrawn($0) },
      BadInput("nothing to resume", 66, "run") { ["train", "--resume", "--out", $0.run] },
      BadInput("resuming with another rate", 64, "run/config.json") {
        ["train", "--resume", "--lr", "1", "--out", try $0.makeRun()]
      },
      BadInput("resuming without a size", 64, "=--size") {
        ["train", "--resume", "--size", "0", "--out", try $0.makeRun()]
      },
      BadInput("resuming with tiny pictures", 64, "=--size") {
        ["train", "--resume", "--size", "8", "--out", try $0.makeRun()]
      },
      BadInput("resuming with another size", 64, "run/config.json") {
        ["train", "--resume", "--size", "48", "--out", try $0.makeRun()]
      },
      BadInput("resuming with another normalization", 64, "run/config.json") {
        ["train", "--resume", "--normalization", "raf-db", "--out", try $0.makeRun()]
      },
      BadInput("resuming without the state", 66, "run") { place in
        try place.makeRun()
        try place.folder.remove("run/last.safetensors")
        return ["train", "--resume", "--out", place.run]
      },
      BadInput("resuming from half a state", 65, "run/last.safetensors") { place in
        try place.makeRun()
        try place.truncate("run/last.safetensors", to: 20_000)
        return ["train", "--resume", "--out", place.run]
      },
      BadInput("resuming from the best weights", 65, "run/last.safetensors") { place in
        try place.makeRun()
        try place.folder.remove("run/last.safetensors")
        try FileManager.default.copyItem(atPath: place("run/best.safetensors"), toPath: place("run/last.safetensors"))
        return ["train", "--resume", "--out", place.run]
      },
      notFinite("resuming from weights that are no numbers", "last.safetensors", "conv1.weight") {
        ["train", "--resume", "--out", $0.run]
      },
      notFinite("resuming from a momentum that is no number", "last.safetensors", "momentum.conv1.weight") {
        ["train", "--resume", "--out", $0.run]
      },
      BadInput("resuming with a broken configuration", 65, "run/config.json") { place in
        try place.makeRun()
        try place.truncate("run/config.json", to: 100)
        return ["train", "--resume", "--out", place.run]
      },
      BadInput("resuming an impossible configuration", 65, "run/config.json") { place in
        try place.makeRun()
        let text = try String(contentsOfFile: place("run/config.json"), encoding: .utf8)
        try place.write("run/config.json", Data(text.replacing(#""epochs" : 1"#, with: #""epochs" : 0"#).utf8))
        return ["train", "--resume", "--out", place.run]
      },
    ]
  }

  /// A run of which one tensor has become NaN.
  private static func notFinite(
    _ name: String, _ file: String, _ tensor: String, _ arguments: @escaping (ToolPlace) -> [String]
  ) -> BadInput {
    BadInput(name, 65, "run/" + file) { place in
      try place.makeRun()
      try rewrite(place("run/" + file), changing: { if $0 == tensor { $1.fill(with: .nan) } })
      return arguments(place)
    }
  }

  static var recognition: [BadInput] {
    [
      BadInput("evaluating a missing run", 66, "run") { ["evaluate", "--run", $0.run, "--json"] },
      BadInput("evaluating half the weights", 65, "run/best.safetensors") { place in
        try place.makeRun()
        try place.truncate("run/best.safetensors", to: 20_000)
        return ["evaluate", "--run", place.run, "--json"]
      },
      notFinite("evaluating weights that are no numbers", "best.safetensors", "conv1.weight") {
        ["evaluate", "--run", $0.run, "--json"]
      },
      BadInput("evaluating weights that say nothing", 65, "run/best.safetensors") { place in
        try place.folder.makeFolder("run")
        try place.writeSafetensors("run/best.safetensors", header: "{}", bytes: 0)
        return ["evaluate", "--run", place.run, "--layout", "synthetic", "--json"]
      },
      BadInput("evaluating with a broken configuration", 65, "run/config.json") { place in
        try place.makeRun()
        try place.truncate("run/config.json", to: 100)
        return ["evaluate", "--run", place.run, "--json"]
      },
      BadInput("evaluating with threads beyond every processor", 64, "=--threads") {
        ["evaluate", "--run", try $0.makeRun(), "--threads", "5000000000"]
      },
      BadInput("evaluating on other classes", 65, "=FER+") { place in
        ["evaluate", "--run", try place.makeRun(), "--data", try place.makeFERPlus(), "--json"]
      },
      BadInput("evaluating on a split that is not there", 65, "=validation") { place in
        ["evaluate", "--run", try place.makeRun(), "--split", "validation", "--json"]
      },
      BadInput("predicting a missing picture", 66, "face.png") { place in
        ["predict", "--run", try place.makeRun(), "--json", place("face.png")]
      },
      BadInput("predicting a text", 65, "face.png") { place in
        try place.write("face.png", Data("portrait".utf8))
        return ["predict", "--run", try place.makeRun(), "--json", place("face.png")]
      },
      BadInput("predicting a folder", 74, "face.png") { place in
        try place.folder.makeFolder("face.png")
        return ["predict", "--run", try place.makeRun(), "--json", place("face.png")]
      },
    ] + damaged
  }

  #if ImageCodecs
    private static var damaged: [BadInput] {
      [
        BadInput("evaluating a damaged test picture", 65, ToolPlace.picturePath("test_0003")) { place in
          let data = try place.makeRAFDB()
          try place.truncate(ToolPlace.picturePath("test_0003"), to: 200)
          return ["evaluate", "--run", try place.makeRun(), "--data", data, "--json"]
        },
        BadInput("predicting half a picture", 65, "face.png") { place in
          let picture = try ToolPlace.picture(1)
          try place.write("face.png", picture.prefix(picture.count / 2))
          return ["predict", "--run", try place.makeRun(), "--json", place("face.png")]
        },
        BadInput("embedding into a folder that is not there", 73, "none/e.safetensors") { place in
          try place.write("face.png", ToolPlace.picture(1))
          return ["embed", "--run", try place.makeRun(), "--out", place("none/e.safetensors"), place("face.png")]
        },
      ]
    }
  #else
    private static var damaged: [BadInput] { [] }
  #endif
}

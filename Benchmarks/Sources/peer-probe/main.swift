// Our side of the measurements beside PyTorch; Peers/alternate.py describes the protocol.
//
//     peer-probe network --mode training|inference --backend onednn|openblas NETWORK [--write FILE]
//     peer-probe inference NETWORK [--write FILE]
//     peer-probe convolutions NETWORK [--write FILE]
//     peer-probe loading --data FOLDER [--write FILE]
//     peer-probe losses --sampler ms|ns|mm --data FOLDER --threads N [SIZES] [--write FILE]
//     peer-probe selection --data FOLDER --threads N SIZES [--write FILE]
//     peer-probe traffic --threads N SIZES
//     peer-probe comparisons --threads N SIZES
//     peer-probe family --loss NAME --data FOLDER --threads N [--samples N] [--write FILE]
//
// NETWORK is --data FOLDER --depth 18|50 --threads N --batch-size B --size S.
// SIZES are --samples B --dimension D --classes C --rotation R.

import FERMetric
import FERMetricBLAS
import FERMetricDNN
import FERModels
import Foundation
import Workloads

/// The sizes of a loss's batches.
func shape(_ arguments: Arguments) -> BatchShape {
  BatchShape(
    samples: arguments.number("samples"), dimension: arguments.number("dimension"),
    classes: arguments.number("classes"), rotation: arguments.number("rotation"))
}

/// The network whose weights and pictures a driver wrote.
func writtenNetwork(_ arguments: Arguments) throws -> NetworkWorkload {
  guard let depth = ResNetDepth(rawValue: arguments.number("depth")) else { fail("--depth is 18 or 50") }
  return try NetworkWorkload(
    folder: URL(filePath: arguments.text("data")), depth: depth, batchSize: arguments.number("batch-size"),
    size: arguments.number("size"))
}

/// Runs `body` with oneDNN on as many threads as the arguments say.
func onThreads(of arguments: Arguments, _ body: () throws -> Void) rethrows {
  try Backend.oneDNN.run(threads: arguments.number("threads"), body)
}

func network(_ arguments: Arguments) throws {
  let backends = ["onednn": Backend.oneDNN, "openblas": .openBLAS]
  guard let backend = backends[arguments.text("backend")] else { fail("--backend is onednn or openblas") }
  backend.prepareCallingThread(threads: arguments.number("threads"))
  try withBackend(backend) {
    var workload = try writtenNetwork(arguments)
    switch arguments.text("mode") {
    case "training":
      let losses = try (0..<2).map { _ in try workload.trainingStep() }
      if let path = arguments["write"] {
        try write(losses, to: path)
      } else {
        try serve { try workload.trainingStep() }
      }
    case "inference": try infer(workload, arguments)
    default: fail("--mode is training or inference")
    }
  }
}

func inference(_ arguments: Arguments) throws {
  try onThreads(of: arguments) { try infer(writtenNetwork(arguments), arguments) }
}

func infer(_ workload: NetworkWorkload, _ arguments: Arguments) throws {
  let infer = workload.inference()
  if let path = arguments["write"] {
    try write(infer().array, to: path)
  } else {
    for _ in 0..<2 { _ = infer() }
    serve { _ = infer() }
  }
}

func convolutions(_ arguments: Arguments) throws {
  try onThreads(of: arguments) {
    let convolve = try writtenNetwork(arguments).convolutions()
    if let path = arguments["write"] {
      try write(convolve.logits.array, to: path)
    } else {
      for _ in 0..<2 { convolve() }
      serve { convolve() }
    }
  }
}

func loading(_ arguments: Arguments) throws {
  let folder = arguments.text("data")
  if let path = arguments["write"] {
    var workload = try LoadingWorkload(folder: folder, isRandom: false)
    try write(workload.firstBatch().array, to: path)
  } else {
    var workload = try LoadingWorkload(folder: folder)
    try workload.epoch()
    try serve { try workload.epoch() }
  }
}

func losses(_ arguments: Arguments) throws {
  let samplers: [String: any NegativeSampler<Float>] = [
    "ms": .mathSynth(), "ns": .networkSemantic(), "mm": .mixed(),
  ]
  guard let sampler = samplers[arguments.text("sampler")] else { fail("--sampler is ms, ns or mm") }
  let folder = URL(filePath: arguments.text("data"))
  let batches = try LossBatches(folder: folder, arguments["samples"] == nil ? .losses : shape(arguments))
  try onThreads(of: arguments) {
    var workload = LossWorkload(batches, sampler: sampler)
    if let path = arguments["write"] {
      var results: [Float] = []
      for _ in 0..<batches.shape.rotation {
        results.append(try workload.step())
        for gradient in workload.gradients { results += gradient.array }
      }
      try write(results, to: path)
    } else {
      for _ in 0..<2 * batches.shape.rotation { try workload.step() }
      try serve { try workload.step() }
    }
  }
}

func selection(_ arguments: Arguments) throws {
  let batches = try LossBatches(folder: URL(filePath: arguments.text("data")), shape(arguments))
  var workload = SelectionWorkload(batches, sampler: .mathSynth())
  try onThreads(of: arguments) {
    workload.step()
    if let path = arguments["write"] {
      try write(workload.choices.map { Float($0) }, to: path)
    } else {
      serve { workload.step() }
    }
  }
}

func traffic(_ arguments: Arguments) {
  let sizes = shape(arguments)
  var workload = TrafficWorkload(sizes)
  onThreads(of: arguments) {
    for _ in 0..<2 * sizes.rotation { workload.step() }
    serve { workload.step() }
  }
}

func comparisons(_ arguments: Arguments) {
  var workload = ComparisonWorkload(shape(arguments))
  onThreads(of: arguments) {
    workload.step()
    serve { workload.step() }
  }
}

func family(_ arguments: Arguments) throws {
  let samples = arguments["samples"] == nil ? BatchShape.family.samples : arguments.number("samples")
  let batches = try FamilyBatches(folder: URL(filePath: arguments.text("data")), samples: samples)
  guard let name = LossName(rawValue: arguments.text("loss")) else { fail("--loss is the name of a loss") }
  let made: (any GradientWorkload)? = FamilyWorkload(name, batches) ?? ClassificationWorkload(name, batches)
  guard var workload = made else { fail("--loss is the name of a loss with a workload") }
  try onThreads(of: arguments) {
    if let path = arguments["write"] {
      var results = [try workload.step()]
      for gradient in workload.gradients { results += gradient.array }
      try write(results, to: path)
    } else {
      for _ in 0..<2 * batches.shape.rotation { try workload.step() }
      try serve { try workload.step() }
    }
  }
}

/// Writes what a driver compares with the peer's numbers.
func write(_ numbers: [Float], to path: String) throws {
  try numbers.withUnsafeBytes { try Data($0).write(to: URL(filePath: path)) }
}

let arguments = Arguments(Array(CommandLine.arguments.dropFirst()))
switch arguments.verb {
case "network": try network(arguments)
case "inference": try inference(arguments)
case "convolutions": try convolutions(arguments)
case "loading": try loading(arguments)
case "losses": try losses(arguments)
case "selection": try selection(arguments)
case "traffic": traffic(arguments)
case "comparisons": comparisons(arguments)
case "family": try family(arguments)
default:
  fail(
    "usage: peer-probe network|inference|convolutions|loading|losses|selection|traffic|comparisons|family OPTIONS")
}

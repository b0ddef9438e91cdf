// Our side of the measurements beside PyTorch; Peers/alternate.py describes the protocol.
//
//     peer-probe network --mode training|inference --backend onednn|openblas --threads N --batch-size B --size S
//     peer-probe inference --data FOLDER --threads N --batch-size B --size S [--write FILE]
//     peer-probe loading --data FOLDER [--write FILE]
//     peer-probe losses --sampler ms|ns|mm --data FOLDER [--threads N] [--write FILE]
//     peer-probe family --loss NAME --data FOLDER --threads N [--samples N] [--write FILE]

import FERMetric
import FERMetricBLAS
import FERMetricDNN
import FERModels
import Foundation
import Workloads

func network(_ arguments: Arguments) throws {
  let backends = ["onednn": Backend.oneDNN, "openblas": .openBLAS]
  guard let backend = backends[arguments.text("backend")] else { fail("--backend is onednn or openblas") }
  backend.prepareCallingThread(threads: arguments.number("threads"))
  try withBackend(backend) {
    var workload = NetworkWorkload(batchSize: arguments.number("batch-size"), size: arguments.number("size"))
    switch arguments.text("mode") {
    case "training":
      for _ in 0..<2 { try workload.trainingStep() }
      try serve { try workload.trainingStep() }
    case "inference":
      let infer = workload.inference()
      for _ in 0..<2 { _ = infer() }
      serve { _ = infer() }
    default: fail("--mode is training or inference")
    }
  }
}

func inference(_ arguments: Arguments) throws {
  Backend.oneDNN.prepareCallingThread(threads: arguments.number("threads"))
  try withBackend(.oneDNN) {
    let infer = try NetworkWorkload(
      folder: URL(filePath: arguments.text("data")), batchSize: arguments.number("batch-size"),
      size: arguments.number("size")
    ).inference()
    if let path = arguments["write"] {
      try write(infer().array, to: path)
    } else {
      for _ in 0..<2 { _ = infer() }
      serve { _ = infer() }
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
  let batches = try LossBatches(folder: URL(filePath: arguments.text("data")))
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

func family(_ arguments: Arguments) throws {
  let samples = arguments["samples"] == nil ? BatchShape.family.samples : arguments.number("samples")
  let batches = try FamilyBatches(folder: URL(filePath: arguments.text("data")), samples: samples)
  guard let name = LossName(rawValue: arguments.text("loss")), var workload = FamilyWorkload(name, batches) else {
    fail("--loss is the name of a metric loss")
  }
  Backend.oneDNN.prepareCallingThread(threads: arguments.number("threads"))
  try withBackend(.oneDNN) {
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
case "loading": try loading(arguments)
case "losses": try losses(arguments)
case "family": try family(arguments)
default: fail("usage: peer-probe network|inference|loading|losses|family OPTIONS")
}

import FERModels

/// A data source of a user's own: labels and pictures in arrays.
struct InMemoryFaces: FaceDataset {
  let name = "in memory"
  var classNames: [String]
  var labels: [Split: [Int]]
  /// The gray level of a picture of one pixel, by split and position.
  var levels: [Split: [UInt8]] = [:]

  /// A training split with the given number of samples of each class, the classes taking turns while they last.
  init(trainCounts: [Int]) {
    classNames = trainCounts.indices.map { "class \($0)" }
    let rounds = 0..<(trainCounts.max() ?? 0)
    labels = [.train: rounds.flatMap { round in trainCounts.indices.filter { trainCounts[$0] > round } }]
  }

  func samples(in split: Split) -> [FaceSample] {
    (labels[split] ?? []).enumerated().map { offset, label in
      FaceSample(source: .index(1000 * Split.allCases.firstIndex(of: split)! + offset), label: label)
    }
  }

  func image(of sample: FaceSample) -> RGBImage {
    guard case .index(let index) = sample.source else { preconditionFailure("samples(in:) gives indices") }
    let level = levels[Split.allCases[index / 1000]]![index % 1000]
    return RGBImage(width: 1, height: 1, pixels: [level, level, level])
  }
}

extension FaceDataset {
  /// The positions of an in-memory data set's samples.
  func positions(in split: Split) -> [Int] {
    samples(in: split).map { if case .index(let index) = $0.source { index } else { -1 } }
  }

  /// The last path components of the samples.
  func fileNames(in split: Split) -> [String] {
    samples(in: split).map { $0.path.map { String($0.split(separator: "/").last!) } ?? "" }
  }
}

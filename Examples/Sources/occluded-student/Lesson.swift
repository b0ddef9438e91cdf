import FERMetric
import FERModels

/// What students learn from: covered pictures, their labels, and what the teacher makes of the same faces uncovered.
struct Lesson {
  let labels: [Int]
  /// The teacher's embeddings of all uncovered training faces; the teacher does not change, so they are computed once.
  let references: Tensor<Float>
  private let pictures: [[Float]]
  private let size: Int

  init(_ faces: SyntheticFaces, teacher: Recognizer) {
    let samples = faces.samples(in: .train)
    let covered = CoveredFaces(faces: faces)
    let transform = teacher.transform
    size = transform.size
    labels = samples.map(\.label)
    pictures = samples.map { sample in
      var pixels = [Float](repeating: 0, count: transform.size * transform.size * 3)
      var destination = pixels.mutableSpan
      transform.write(covered.image(of: sample), into: &destination)
      return pixels
    }
    references = Tensor(
      concatenating: stride(from: 0, to: samples.count, by: 64).map { start in
        teacher.embed(samples[start..<min(start + 64, samples.count)].map(faces.image))
      })
  }

  /// The covered pictures [n, size, size, 3] at some places, and their labels.
  func batch(_ places: ArraySlice<Int>) -> (pictures: Tensor<Float>, labels: [Int]) {
    (Tensor(places.flatMap { pictures[$0] }, shape: [places.count, size, size, 3]), places.map { labels[$0] })
  }
}

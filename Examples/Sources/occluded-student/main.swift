// A teacher sees whole faces; a student sees the same faces with the lower half covered, and is drawn to the teacher's
// embeddings by triplets (Georgescu and Ionescu, ICPR 2020). Next to it learns a student without the teacher.

import FERMetric
import FERMetricDNN
import FERModels

let faces = SyntheticFaces(trainCount: 980, testCount: 420, size: 32, difficulty: .low)
let covered = CoveredFaces(faces: faces)

func configuration() -> TrainingConfiguration {
  var configuration = TrainingConfiguration(
    model: ModelConfiguration(depth: .eighteen, stem: .small, width: 0.125, classes: 7), size: 32)
  configuration.epochs = 14
  configuration.batchSize = 32
  configuration.threads = 1  // so small a network gains little from more, and waits for them on a busy machine
  return configuration
}

func recognizer(_ model: ExpressionModel<Float>) -> Recognizer {
  Recognizer(model, classNames: faces.classNames, transform: configuration().transform, backend: .oneDNN)
}

func judge(_ model: ExpressionModel<Float>, on dataset: some FaceDataset = covered) throws -> Evaluation {
  try Evaluator(recognizer(model), threads: 1).evaluate(dataset, split: .test)
}

let teacher = try Trainer(faces, configuration(), backend: .oneDNN).run().model
print("the teacher on whole test faces: \(try judge(teacher, on: faces).accuracy)")

try withBackend(.oneDNN) {
  Backend.oneDNN.prepareCallingThread(threads: 1)
  let lesson = Lesson(faces, teacher: recognizer(teacher))
  var alone = Student(of: teacher, lesson, metric: nil)
  let steps = try alone.learn(epochs: 4).count
  var taught = Student(of: teacher, lesson, metric: DistillationTripletLoss<Float>())
  let triplets = try taught.learn(epochs: 4).compactMap { $0.metric?.value }
  precondition(triplets.count == steps, "both students take the same steps, the taught one each with triplets")

  func mean(_ values: ArraySlice<Float>) -> Float { values.reduce(0, +) / Float(values.count) }
  let (early, late) = (mean(triplets.prefix(10)), mean(triplets.suffix(10)))
  print("triplet loss of the first ten of \(steps) steps \(early), of the last ten \(late)")
  precondition(late < early, "the triplet loss falls")

  let (untrained, without, with) = (try judge(teacher), try judge(alone.model), try judge(taught.model))
  print(
    """
    accuracy on \(untrained.samples.count) covered test faces:
      the teacher, which never saw a covered face  \(untrained.accuracy)
      a student without the teacher                \(without.accuracy)
      a student with the teacher                   \(with.accuracy)
    \(Comparison(without, untrained).verdict("the student without", "the teacher"))
    \(Comparison(with, without).verdict("the student with", "the student without"))
    One seed on drawn faces and a small test set: another seed may order the students differently, and nothing here
    speaks of photographs.
    """)
}

// The pipeline in a program of one's own: load a run, recognise the expression in a picture.
//
//     embed RUN       uses the run in that folder
//     embed           trains a small one first, in a temporary folder

import FERMetricDNN
import FERModels
import Foundation

func recognize(run: String, pixels: [UInt8], width: Int, height: Int) throws -> Prediction {
  // begin recognize
  let recognizer = try Recognizer(run: run, backend: .oneDNN)
  let prediction = try recognizer.predict(pixels: pixels, width: width, height: height)
  print("\(prediction.className), \(Int(100 * prediction.probability)) %")
  // end recognize
  return prediction
}

// Stands for a camera or a file: an aligned crop of one face, red, green and blue for each pixel, row after row.
let faces = SyntheticFaces(trainCount: 7, testCount: 7, size: 32)
let picture = faces.image(at: 0, in: .test)

let temporary = FileManager.default.temporaryDirectory.appending(path: "embed-\(UUID().uuidString)").path
defer { try? FileManager.default.removeItem(atPath: temporary) }
let run = CommandLine.arguments.dropFirst().first ?? temporary
if run == temporary { try train(into: run) }
let prediction = try recognize(run: run, pixels: picture.pixels, width: picture.width, height: picture.height)
precondition(abs(prediction.probabilities.reduce(0, +) - 1) < 1e-5, "probabilities sum to 1")

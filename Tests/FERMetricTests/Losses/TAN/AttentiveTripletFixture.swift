import FERMetric
import FERModels
import Foundation

/// Golden values of PyTorch in double precision, written by Tests/Fixtures/TAN/make.py.
struct AttentiveTripletFixture {
  /// The settings of a case.
  struct Case: Decodable {
    let metric: String
    let rank: Int?
    let selection: [Selection]
    let base: AttentiveTripletOptions.BaseSamples
    let weight, margin, baseMargin, ridge, rankWeight: Double
    let root, attached: Bool
    let space: AttentiveTripletOptions.MetricSpace
    let hardness: AttentiveTripletOptions.Hardness
    let weighting: AttentiveTripletOptions.TripletWeighting
    let scale: AttentiveTripletOptions.MetricScale
    let past: Int

    /// A word or a number of a list.
    enum Selection: Decodable {
      case word(String)
      case number(Double)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let word = try? container.decode(String.self) {
          self = .word(word)
        } else {
          self = .number(try container.decode(Double.self))
        }
      }
    }

    var options: AttentiveTripletOptions {
      var options = AttentiveTripletOptions()
      options.metric =
        switch metric {
        case "learned": .learned(rank: rank)
        case "covariance": .covariance()
        default: .euclidean
        }
      if case (.word(let kind), .number(let bound)) = (selection[0], selection[1]) {
        options.selection = kind == "threshold" ? .threshold(bound) : .topRatio(bound)
      }
      (options.baseSamples, options.metricWeight, options.metricMargin) = (base, weight, margin)
      (options.baseMargin, options.metricRidge, options.rankWeight) = (baseMargin, ridge, rankWeight)
      (options.metricPower, options.attachesWeighting) = (root ? .root : .squared, attached)
      (options.metricSpace, options.hardness) = (space, hardness)
      (options.weighting, options.metricScale) = (weighting, scale)
      return options
    }
  }

  let file: SafetensorsFile
  let cases: [String: Case]

  static let shared: AttentiveTripletFixture = {
    let path =
      #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 } + "/Fixtures/TAN/tan.safetensors"
    do {
      let file = try SafetensorsFile(contentsOf: path)
      let cases = try JSONDecoder().decode([String: Case].self, from: Data((file.metadata["cases"] ?? "").utf8))
      return AttentiveTripletFixture(file: file, cases: cases)
    } catch {
      preconditionFailure("\(path): \(error)")
    }
  }()

  func tensor<Scalar: TensorScalar>(_ name: String) throws -> Tensor<Scalar> { try file.tensor(name) }

  /// The batch of a case.
  func batch<Scalar: TensorScalar>(_ name: String) throws -> TensorBatch<Scalar> {
    let weights: Tensor<Scalar>? = file[name + ".weights"] == nil ? nil : try tensor(name + ".weights")
    return TensorBatch(
      embeddings: try tensor(name + ".embeddings"), labels: try file.integers(name + ".labels"),
      weights: weights?.array)
  }

  /// The loss of a case, in the state in which the case finds it.
  func loss<Scalar: TensorScalar>(_ name: String, _ settings: Case) throws -> AttentiveTripletLoss<Scalar> {
    let dimension = try file.tensor(name + ".embeddings", as: Double.self).shape[1]
    var loss = AttentiveTripletLoss<Scalar>(dimension: dimension, options: settings.options)
    if file[name + ".map"] != nil {
      let map: Tensor<Scalar> = try tensor(name + ".map")
      loss.visitParameters { _, parameter in parameter.value = map }
    }
    for step in 0..<settings.past {
      let past = TensorBatch<Scalar>(
        embeddings: try tensor("\(name).past\(step).embeddings"),
        labels: try file.integers("\(name).past\(step).labels"))
      _ = try loss(past)
    }
    return loss
  }
}

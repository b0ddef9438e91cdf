internal import FERMetric
import Foundation

/// Everything that determines a training, beside the pictures: the contents of `config.json`.
///
/// The defaults are a recipe for RAF-DB's size of data; Docs/Training.md says where each number comes from.
///
///     var configuration = TrainingConfiguration(
///       model: ModelConfiguration(depth: .eighteen, stem: .small, width: 0.5, classes: 8, attention: .compact),
///       metric: .amtc3l(sampler: .mixed), size: 48)
///     configuration.epochs = 10
public struct TrainingConfiguration: Codable, Equatable, Sendable {
  /// The network.
  public var model: ModelConfiguration
  /// The metric loss over class centers beside the cross-entropy; nil for none.
  public var metric: MetricTerm?
  /// The triplets that attention chooses, in place of a loss over centers; nil for none.
  public var attentiveTriplets: AttentiveTripletTerm?
  /// Another metric loss of the registry, in place of both; nil for none.
  public var named: NamedLossTerm?
  /// The rank regularisation of the weights of whole pictures, in place of a metric loss; nil for none.
  public var rankRegularization: RankRegularizationTerm?
  /// The classification loss; nil for plain cross-entropy.
  public var classification: ClassificationTerm?
  /// How often every training picture is shown.
  public var epochs = 60
  /// Pictures in a step. The last batch of an epoch may be smaller; one of a single picture joins the one before.
  public var batchSize = 64
  /// How the batches of an epoch are put together; nil takes the pictures as they come, each once.
  public var batches: BatchComposition?
  /// The learning rate at the start.
  public var rate = 0.05
  /// The learning rate of the selective attention as a multiple of the others'.
  public var attentionRateFactor = 1.0
  /// How the rate falls.
  public var schedule = StepSchedule.late
  /// The momentum of the descent.
  public var momentum = 0.9
  /// The weight decay, of all parameters as in torch.
  public var weightDecay = 5e-4
  /// Determines initial weights and centers, the order of the pictures, and their augmentation.
  public var seed: UInt64 = 0
  /// Threads of the kernels. Another count may change last bits, and is hence a part of the configuration.
  public var threads = max(1, ProcessInfo.processInfo.activeProcessorCount)
  /// What happens to pictures in training.
  public var augmentation: TrainingAugmentation
  /// What happens to pictures in evaluation and recognition.
  public var transform: EvaluationTransform
  /// A safetensors file with weights to start from, under torchvision's names.
  public var initialWeights: String?
  /// Where the pictures come from, if a folder says it.
  public var source: DataSource?

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - model: The network.
  ///   - metric: The metric loss beside cross-entropy; nil for cross-entropy alone.
  ///   - size: The side of the network's input in pixels. Short sides of the resized pictures are in proportion.
  ///   - normalization: The map from levels to inputs, in training and evaluation.
  public init(
    model: ModelConfiguration, metric: MetricTerm? = nil, size: Int = 224,
    normalization: PixelNormalization = .imageNet
  ) {
    self.model = model
    self.metric = metric
    augmentation = TrainingAugmentation(size: size, normalization: normalization)
    transform = EvaluationTransform(size: size, normalization: normalization)
  }
}

extension TrainingConfiguration {
  /// Why no training can have this configuration, in a clause, or nil if one can.
  public var objection: String? {
    if epochs < 1 { return "a training has at least 1 epoch, not \(epochs)" }
    if epochs > 1_000_000 { return "a training has at most a million epochs, not \(epochs)" }
    if batchSize < 2 { return "a batch has at least 2 pictures, for its statistics, not \(batchSize)" }
    if batchSize > 1_000_000 { return "a batch has at most a million pictures, not \(batchSize)" }
    if !(1...4096).contains(threads) { return "kernels need at least 1 thread and at most 4096, not \(threads)" }
    if !rate.isPositiveFloat { return "a learning rate is a positive number, not \(rate)" }
    if !(attentionRateFactor >= 0 && attentionRateFactor.isFloat) {
      return "the factor of the attention's rate is a number and not negative, unlike \(attentionRateFactor)"
    }
    if !(momentum >= 0 && Float(momentum) < 1) {
      return "a momentum lies in 0..<1, also in single precision, not at \(momentum)"
    }
    if !(weightDecay >= 0 && weightDecay.isFloat) {
      return "a weight decay is a number and not negative, unlike \(weightDecay)"
    }
    return classification?.objection ?? batches?.objection(batchSize: batchSize) ?? schedule.objection
      ?? model.objection ?? transform.objection ?? augmentation.objection ?? attentionObjection ?? source?.objection
      ?? termObjection
  }

  private var termObjection: String? {
    for term in objectiveTerms {
      if let objection = term.objection { return objection }
    }
    return groupObjection
  }

  /// Which group of pictures of high weight would be empty in every batch, for terms that have a meaning.
  private var groupObjection: String? {
    var shares = [rankRegularization?.share]
    if let options = attentiveTriplets?.options, model.sampleAttention != nil {
      if options.rankWeight > 0 { shares.append(options.rankShare) }
      if case .topRatio(let ratio) = options.selection { shares.append(ratio) }
    }
    for share in shares.compactMap({ $0 }) where share * Double(batchSize) < 1 {
      return "a share of \(share) of \(batchSize) pictures in a batch is none of them: no picture has a high weight"
    }
    return nil
  }

  /// What does not fit between the attention and the rest.
  private var attentionObjection: String? {
    if augmentation.size != transform.size {
      return "crops of \(augmentation.size) pixels in training do not fit those of \(transform.size) in evaluation"
    }
    if case .dacl(let height, let width)? = model.attention?.kind {
      let side = model.stem.mapSide(ofPictures: transform.size)
      if height != side || width != side {
        return "an attention over \(height) x \(width) pixels does not fit maps of \(side) x \(side)"
      }
    }
    if model.mapAttention?.kind == .cbam, model.stem.mapSide(ofPictures: transform.size) == 1 {
      return "pictures of \(transform.size) pixels leave a map of one pixel, and CBAM weights the pixels of a map"
    }
    if objectiveTerms.count > 1 {
      return
        "a training has one metric loss: metric, attentiveTriplets, named or rankRegularization, and not several of them"
    }
    if rankRegularization != nil && model.sampleAttention?.weightsLogits != true {
      return "ranks are those of sample weights that multiply the logits, but the model has no such attention"
    }
    if named?.name.readsInclusion == true && model.attention == nil {
      return "\(named!.name.rawValue) reads inclusion weights, but the model has no attention"
    }
    if model.attention?.aim == .hardness {
      if named?.name == .sparseCenter {
        return "weights that aim at hardness turn the sparse center loss round and would all grow to 1"
      }
      if case .adaptive(_, gradient: .attached)? = metric?.margin {
        return "weights that aim at hardness turn an attached margin round and would all grow to 1: detach the margin"
      }
      if case .penalty? = metric?.regularizer {
        return "weights that aim at hardness turn a penalty on their mean round: leave the regularizer out"
      }
    }
    if case .movingAverage(_, weighted: true)? = metric?.centerUpdate, model.attention == nil {
      return "centers that move by inclusion weights need an attention"
    }
    return nil
  }

  /// Reads a run's `config.json`.
  ///
  /// - Throws: ``TrainingError/unreadable(path:reason:)`` or ``TrainingError/malformedRun(path:reason:)``.
  public init(contentsOf path: String) throws(TrainingError) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw .unreadable(path: path, reason: systemReason(of: error))
    }
    do {
      self = try decoded(TrainingConfiguration.self, from: data)
    } catch {
      throw .malformedRun(path: path, reason: "is not the configuration of a run: \(oneLine(error))")
    }
    if let objection { throw .malformedRun(path: path, reason: objection) }
  }

  /// The first setting, by name, in which another configuration differs, with both values as JSON.
  ///
  /// The folder of the pictures is none: a data set may move.
  func firstDifference(from other: TrainingConfiguration) -> (setting: String, own: String, other: String)? {
    var (own, theirs) = (settings, other.settings)
    own["source.path"] = nil
    theirs["source.path"] = nil
    for setting in Set(own.keys).union(theirs.keys).sorted() where own[setting] != theirs[setting] {
      return (setting, own[setting] ?? "none", theirs[setting] ?? "none")
    }
    return nil
  }

  /// All settings by their paths, such as `model.width`.
  private var settings: [String: String] {
    guard let tree = try? JSONSerialization.jsonObject(with: Data(json(self, pretty: false).utf8)) else { return [:] }
    var settings: [String: String] = [:]
    func collect(_ node: Any, _ path: String) {
      if let members = node as? [String: Any] {
        for (name, member) in members { collect(member, path.isEmpty ? name : path + "." + name) }
      } else if let elements = node as? [Any] {
        settings[path] = elements.map { "\($0)" }.joined(separator: ", ")
      } else {
        settings[path] = "\(node)"
      }
    }
    collect(tree, "")
    return settings
  }
}

/// What a decoder complains about, in one line.
func oneLine(_ error: any Error) -> String {
  func path(_ context: DecodingError.Context) -> String {
    context.codingPath.isEmpty ? "" : context.codingPath.map(\.stringValue).joined(separator: ".") + ": "
  }
  guard let error = error as? DecodingError else { return "\(error)" }
  switch error {
  case .keyNotFound(let key, let context): return path(context) + "\(key.stringValue) is missing"
  case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
    return path(context) + context.debugDescription.split(whereSeparator: \.isNewline).joined(separator: " ")
  @unknown default: return "\(error)"
  }
}

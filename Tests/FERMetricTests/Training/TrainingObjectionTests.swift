import FERMetric
import FERModels
import Testing

@Suite struct TrainingObjectionTests {
  private static func changed(_ change: (inout TrainingConfiguration) -> Void) -> TrainingConfiguration {
    var configuration = SmallTraining.configuration(.amtc3l())
    change(&configuration)
    return configuration
  }

  /// Each with a word of the objection.
  private static let impossible: [(word: String, configuration: TrainingConfiguration)] = [
    ("width", changed { $0.model.width = 0.001 }),
    ("width", changed { $0.model.width = .nan }),
    ("width", changed { $0.model.width = -1 }),
    ("width", changed { $0.model.width = 9 }),
    ("classes", changed { $0.model.classes = 0 }),
    ("channels", changed { $0.model.hidden = 0 }),
    ("channels", changed { $0.model.embeddingDim = 1 << 40 }),
    ("bias", changed { $0.model.attention?.bias = 1e39 }),
    ("bias", changed { $0.model.attention?.bias = .nan }),
    ("threshold", changed { $0.model.attention?.inclusion = .hard(threshold: 2) }),
    ("maps of 2 x 2", changed { $0.model.attention = .dacl }),
    ("too many weights", changed { ($0.model.embeddingDim, $0.model.attention) = (8192, .dacl) }),
    ("reduced", changed { $0.model.mapAttention = MapAttentionConfiguration(kind: .cbam, reduction: 0) }),
    (
      "one pixel",
      changed {
        $0.model.stem = .standard
        $0.model.mapAttention = .cbam
      }
    ),
    ("rate", changed { $0.rate = 1e39 }),
    ("rate", changed { $0.rate = 1e-60 }),
    ("attention", changed { $0.attentionRateFactor = 1e39 }),
    ("attention", changed { $0.attentionRateFactor = .nan }),
    ("momentum", changed { $0.momentum = 0.999999999 }),
    ("momentum", changed { $0.momentum = .nan }),
    ("weight decay", changed { $0.weightDecay = 1e39 }),
    ("epochs", changed { $0.epochs = 9_000_000_000_000_000_000 }),
    ("pictures", changed { $0.batchSize = .max }),
    ("thread", changed { $0.threads = .max }),
    ("λ", changed { $0.metric?.lambda = 1e300 }),
    ("λ", changed { $0.metric?.lambda = 1e-60 }),
    ("margin", changed { $0.metric?.margin = .adaptive(scale: .nan, gradient: .detached) }),
    ("margin", changed { $0.metric?.margin = .constant(perDimension: 1e39) }),
    (
      "log form",
      changed {
        $0.metric?.options.form = .log
        $0.metric?.margin = .adaptive(scale: 0.5, gradient: .detached)
      }
    ),
    ("focus", changed { $0.classification = ClassificationTerm(focus: .nan) }),
    ("smoothing", changed { $0.classification = ClassificationTerm(labelSmoothing: 0.999999999) }),
    ("effective", changed { $0.classification = ClassificationTerm(weighting: .effectiveNumber(beta: .nan)) }),
    ("inverse", changed { $0.classification = ClassificationTerm(weighting: .inverseFrequency(power: 1e300)) }),
    ("of a class", changed { $0.batches = .perClass(samples: 0) }),
    ("two classes", changed { $0.batches = .perClass(samples: .max) }),
    ("of a person", changed { $0.batches = .perPerson(samples: 1) }),
    ("two persons", changed { $0.batches = .perPerson(samples: .max) }),
    ("centers", changed { $0.metric?.centerUpdate = .gradient(rate: .infinity) }),
    ("centers", changed { $0.metric?.centerUpdate = .movingAverage(rate: .nan, weighted: false) }),
    (
      "centers",
      changed {
        $0.model.attention = nil
        $0.metric?.centerUpdate = .movingAverage(rate: 0.5, weighted: true)
      }
    ),
    ("penalty", changed { $0.metric?.regularizer = .penalty(strength: .nan, target: 0.5) }),
    (
      "attached margin",
      changed {
        $0.model.attention?.aim = .hardness
        $0.metric?.margin = .adaptive(scale: 1, gradient: .attached)
      }
    ),
    (
      "penalty",
      changed {
        $0.model.attention?.aim = .hardness
        $0.metric?.regularizer = .penalty(strength: 0.1, target: 0.5)
      }
    ),
    (
      "sparse center loss",
      changed {
        LossName.sparseCenter.apply(to: &$0)
        $0.model.attention?.aim = .hardness
      }
    ),
    ("squash", changed { $0.metric?.options.squashScale = 1e39 }),
    ("positive weight", changed { $0.metric?.options.positiveWeight = 1e39 }),
    ("crops", changed { $0.transform = EvaluationTransform(size: 48) }),
    ("tell no persons", changed { $0.source = DataSource(path: "", layout: .rafDB, identitySeparator: "_") }),
    (
      "share of the pictures above 0",
      changed { $0.source = DataSource(path: "", layout: .synthetic, validation: 0, validationDraw: .byPerson) }
    ),
    ("drawn faces", changed { $0.source = DataSource(path: "", layout: .synthetic, pictureSize: 8) }),
  ]

  @Test(arguments: impossible.indices) func impossibleSettingsAreRefused(index: Int) throws {
    let (word, configuration) = Self.impossible[index]
    #expect(try #require(configuration.objection).contains(word))
  }

  @Test func boundsArePossible() {
    #expect(Self.changed { $0.model.width = 1.0 / 64 }.objection == nil)
    #expect(Self.changed { $0.metric?.lambda = 1e-10 }.objection == nil)
    #expect(Self.changed { $0.rate = 1e30 }.objection == nil)
    #expect(
      Self.changed { $0.model.attention = AttentionConfiguration(kind: .dacl(height: 2, width: 2)) }.objection == nil)
  }
}

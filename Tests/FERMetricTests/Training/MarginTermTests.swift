import FERMetric
import FERModels
import Foundation
import Testing

/// The margins of a training as plain data, and the generators that they are made into.
@Suite struct MarginTermTests {
  private static func term(_ margin: MetricTerm.Margin, _ schedule: MarginSchedule? = nil) -> MetricTerm {
    var term = MetricTerm.tc3l()
    term.margin = margin
    term.marginSchedule = schedule
    return term
  }

  /// The generator for four classes with 16, 1, 81 and no pictures, and embeddings of 12 numbers.
  private func generator(
    _ margin: MetricTerm.Margin, _ schedule: MarginSchedule? = nil
  ) throws -> any MarginGenerator<Float> {
    let objective = Self.term(margin, schedule).objective(counts: [16, 1, 81, 0], dimension: 12, seed: 0)
    return try #require(objective.metric as? TripletCenterLoss<Float>).margin
  }

  @Test func `Margins by count follow the rarest class that has pictures`() throws {
    let margin = try #require(try generator(.byCount(largest: 0.5)) as? ClassMargin<Float>)
    #expect(largestDifference(margin.values, [3, 6, 2, 6]) < 1e-14)
  }

  @Test func `Learned margins are in units of the dimension`() throws {
    var options = LearnedMarginOptions(initial: 0.75, lowerBound: 0.25, reward: 0.125, rate: 0.5)
    let one = try #require(try generator(.learned(options: options)) as? LearnedMargin<Float>)
    #expect(one.values == [9] && one.lowerBound == 3 && one.rate == 6 && one.reward == 0.125)
    options.perClass = true
    let four = try #require(try generator(.learned(options: options)) as? LearnedMargin<Float>)
    #expect(four.values == [9, 9, 9, 9])
  }

  @Test func `A schedule multiplies the margin of any term that is not learned`() throws {
    let schedule = MarginSchedule.linear(from: 0.5, to: 1, steps: 4)
    for margin in [MetricTerm.Margin.adaptive(scale: 1, gradient: .detached), .byCount(largest: 1)] {
      let scheduled = try #require(try generator(margin, schedule) as? ScheduledMargin<Float>)
      #expect(scheduled.factor == 0.5 && scheduled.schedule == schedule)
    }
    let constant = try generator(.constant(perDimension: 1))
    #expect(constant as? ConstantMargin<Float> == ConstantMargin(perDimension: 1))
  }

  @Test func `Every margin is kept in a file, and files without a schedule are those of before`() throws {
    let margins: [MetricTerm.Margin] = [
      .adaptive(scale: 0.5, gradient: .attached), .constant(perDimension: 2), .byCount(largest: 0.75),
      .learned(options: LearnedMarginOptions(perClass: true, lowerBound: 0.5)),
    ]
    let schedules: [MarginSchedule?] = [nil, .linear(from: 0, to: 1, steps: 9), .stages(first: 1, then: [])]
    for schedule in schedules {
      for margin in margins {
        let data = try JSONEncoder().encode(Self.term(margin, schedule))
        #expect(try JSONDecoder().decode(MetricTerm.self, from: data) == Self.term(margin, schedule))
        #expect(String(decoding: data, as: UTF8.self).contains("marginSchedule") == (schedule != nil))
      }
    }
  }

  @Test func `A margin that is made for classes is not made without them`() async {
    await #expect(processExitsWith: .failure) {
      var term = MetricTerm.tc3l()
      term.margin = .byCount(largest: 1)
      _ = term.objective(seed: 0)
    }
  }

  private static func changed(_ change: (inout MetricTerm) -> Void) -> MetricTerm {
    var term = MetricTerm.tc3l()
    change(&term)
    return term
  }

  private static func learned(_ change: (inout LearnedMarginOptions) -> Void) -> MetricTerm.Margin {
    var options = LearnedMarginOptions()
    change(&options)
    return .learned(options: options)
  }

  /// Each with a word of the objection.
  private static let impossible: [(word: String, term: MetricTerm)] = [
    ("positive number", term(.byCount(largest: 0))),
    ("positive number", term(.byCount(largest: .nan))),
    ("positive bound", term(learned { $0.lowerBound = 0 })),
    ("positive bound", term(learned { $0.initial = 0.005 })),
    ("positive bound", term(learned { $0.initial = .nan })),
    ("0..<1", term(learned { $0.reward = 1 })),
    ("rate of a margin", term(learned { $0.rate = -1 })),
    ("no schedule", term(learned { _ in }, .linear(from: 0, to: 1, steps: 10))),
    ("finite and not negative", term(.constant(perDimension: 1), .linear(from: -1, to: 1, steps: 10))),
    ("number of steps", term(.constant(perDimension: 1), .cosine(from: 0, to: 1, steps: -1))),
    ("above 0", term(.constant(perDimension: 1), .linear(from: 0, to: 0, steps: 10))),
    ("single precision", term(.constant(perDimension: 1), .linear(from: 0, to: 1e300, steps: 10))),
    (
      "log form",
      changed {
        $0.options.form = .log
        $0.marginSchedule = .linear(from: 0.5, to: 1, steps: 10)
      }
    ),
    (
      "log form",
      changed {
        $0.options.form = .log
        $0.margin = .byCount(largest: 1)
      }
    ),
    (
      "log form",
      changed {
        $0.options.form = .log
        $0.margin = .learned(options: LearnedMarginOptions(lowerBound: 1))
      }
    ),
    (
      "sum over coordinates",
      changed {
        $0.options.dimensionReduction = .mean
        $0.margin = .learned(options: LearnedMarginOptions())
      }
    ),
  ]

  @Test(arguments: impossible.indices) func `Margins without a meaning are refused`(_ index: Int) throws {
    var configuration = SmallTraining.configuration(nil)
    configuration.metric = Self.impossible[index].term
    let objection = try #require(configuration.objection)
    #expect(objection.contains(Self.impossible[index].word), "\(objection)")
  }

  @Test func `Margins with a meaning are not`() {
    let terms = [
      Self.term(.byCount(largest: 0.5), .linear(from: 0, to: 2, steps: 0)), Self.term(Self.learned { _ in }),
      Self.term(Self.learned { $0.reward = 0 }),
      Self.changed {
        $0.options.form = .log
        $0.marginSchedule = .linear(from: 2, to: 1, steps: 10)
      },
    ]
    for term in terms {
      var configuration = SmallTraining.configuration(nil)
      configuration.metric = term
      #expect(configuration.objection == nil)
    }
  }
}

import FERMetric
import FERModels

extension BadInput {
  static var tan: [BadInput] {
    [
      BadInput("triplet options without tan", 64, "=--loss tan") { trainDrawn($0, "--top-ratio", "0.5") },
      BadInput("two choices of pictures", 64, "=--top-ratio") {
        trainDrawn($0, "--loss", "tan", "--top-ratio", "0.5", "--high-weight", "0.5")
      },
      BadInput("no picture of high weight", 64, "=high weights") {
        trainDrawn($0, "--loss", "tan", "--top-ratio", "0")
      },
      BadInput("sampler of centers with tan", 64, "=--sampler") {
        trainDrawn($0, "--loss", "tan", "--sampler", "ms")
      },
      BadInput("options of centers with tan", 64, "=amtc3l") {
        trainDrawn($0, "--loss", "tan", "--positive-weight", "2")
      },
      BadInput("unknown metric", 64, "=manhattan") { trainDrawn($0, "--loss", "tan", "--metric", "manhattan") },
      BadInput("margin of triplets that is no number", 64, "=margin") {
        trainDrawn($0, "--loss", "tan", "--triplet-margin", "nan")
      },
      BadInput("negative weight of the metric", 64, "=-1.0") {
        trainDrawn($0, "--loss", "tan", "--metric-weight=-1")
      },
      BadInput("sample weights beside pairs", 64, "=--sample-attention belongs") {
        trainDrawn($0, "--loss", "supcon", "--sample-attention", "scalar")
      },
      BadInput("ranks without sample weights", 64, "=--rank-weight") { trainDrawn($0, "--rank-weight", "1") },
      BadInput("negative weight of ranks", 64, "=λ is a positive number, not -1.0") {
        trainDrawn($0, "--sample-attention", "scalar", "--rank-weight=-1")
      },
      BadInput("margin of ranks that is no number", 64, "=rank margin") {
        trainDrawn($0, "--sample-attention", "scalar", "--rank-margin", "nan")
      },
      BadInput("margin of ranks beyond every weight", 64, "=at most at 1, not at 1.5") {
        trainDrawn($0, "--sample-attention", "scalar", "--rank-margin", "1.5")
      },
      BadInput("margin of ranks that are left out", 64, "=--rank-margin does nothing") {
        trainDrawn($0, "--sample-attention", "scalar", "--rank-weight", "0", "--rank-margin", "0.2")
      },
      BadInput("ranks in tan without sample weights", 64, "=--rank-weight") {
        trainDrawn($0, "--loss", "tan", "--sample-attention", "none", "--rank-weight", "1")
      },
      BadInput("high weights without sample weights", 64, "=--high-weight, ") {
        trainDrawn($0, "--loss", "tan", "--sample-attention", "none", "--high-weight", "0.5")
      },
      BadInput("largest weights without sample weights", 64, "=--top-ratio") {
        trainDrawn($0, "--loss", "tan", "--sample-attention", "none", "--top-ratio", "0.5")
      },
      BadInput("weighted triplets without sample weights", 64, "=--triplet-weighting") {
        trainDrawn($0, "--loss", "tan", "--sample-attention", "none", "--triplet-weighting", "mean")
      },
      BadInput("a share of no picture", 64, "=none of them") {
        trainDrawn($0, "--loss", "tan", "--top-ratio", "0.1")
      },
      BadInput("pixels of a map of one", 64, "=one pixel") {
        trainDrawn($0, "--stem", "standard", "--map-attention", "cbam")
      },
      BadInput("rate of an attention that is not there", 64, "=--attention-lr") {
        trainDrawn($0, "--loss", "tc3l", "--attention-lr", "2")
      },
      BadInput("hardness of the sparse center loss", 64, "=hardness") {
        trainDrawn($0, "--loss", "sparse-center", "--attention-aim", "hardness")
      },
      BadInput("layers of DACL without inclusion weights", 64, "=--selective-attention, ") {
        trainDrawn($0, "--selective-attention", "dacl")
      },
      BadInput("lambda without a metric loss", 64, "=--lambda") { trainDrawn($0, "--lambda", "1") },
    ]
  }
}

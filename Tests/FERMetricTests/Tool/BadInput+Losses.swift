extension BadInput {
  /// Losses of the registry, and what helps rare classes.
  static var losses: [BadInput] {
    [
      BadInput("unknown loss", 64, "=tripletcenter") { trainDrawn($0, "--loss", "tripletcenter") },
      BadInput("a loss that reads people without people", 65, "=five-tuplet reads who") { place in
        try place.makeRAFDB()
        return train(place("data"), place, "--loss", "five-tuplet")
      },
      BadInput("distillation without a teacher", 64, "=distillation") { trainDrawn($0, "--loss", "distillation") },
      BadInput("a teacher that is no run", 66, "nobody") {
        trainDrawn($0, "--loss", "distillation", "--teacher", $0("nobody"))
      },
      BadInput("a teacher without distillation", 64, "=--teacher") {
        trainDrawn($0, "--loss", "supcon", "--teacher", $0("run"))
      },
      BadInput("rate of centers without centers", 64, "=--center-lr") {
        trainDrawn($0, "--loss", "supcon", "--center-lr", "0.1")
      },
      BadInput("a margin without a loss of centers", 64, "=options of the margin") {
        trainDrawn($0, "--loss", "supcon", "--margin", "learned")
      },
      BadInput("another margin than the sum of the weights", 64, "=--margin, ") {
        trainDrawn($0, "--loss", "amtc3l", "--margin", "learned")
      },
      BadInput("gradient of a margin that has none", 64, "=--margin-gradient") {
        trainDrawn($0, "--loss", "tc3l", "--margin-gradient", "attached")
      },
      BadInput("the bound of a margin that is not learned", 64, "=--margin-bound") {
        trainDrawn($0, "--loss", "tc3l", "--margin", "by-count", "--margin-bound", "0.5")
      },
      BadInput("a learned margin without a bound", 64, "=positive bound") {
        trainDrawn($0, "--loss", "tc3l", "--margin", "learned", "--margin-bound", "0")
      },
      BadInput("a reward that always wins", 64, "=0..<1") {
        trainDrawn($0, "--loss", "tc3l", "--margin", "learned", "--margin-reward", "1")
      },
      BadInput("a learned margin on a schedule", 64, "=no schedule") {
        trainDrawn($0, "--loss", "tc3l", "--margin", "learned", "--margin-schedule", "0:1:10")
      },
      BadInput("a schedule without a margin", 64, "=above 0") {
        trainDrawn($0, "--loss", "tc3l", "--margin-schedule", "0:0:10")
      },
      BadInput("a schedule of two numbers", 64, "=0:1") {
        trainDrawn($0, "--loss", "tc3l", "--margin-schedule", "0:1")
      },
      BadInput("a schedule that is no number", 64, "=finite and not negative") {
        trainDrawn($0, "--loss", "tc3l", "--margin-schedule", "nan:1:10")
      },
      BadInput("a growing margin in the log form", 64, "=log form") {
        trainDrawn($0, "--loss", "tc3l", "--form", "log", "--margin-schedule", "0.5:1:10")
      },
      BadInput("smoothing of everything", 64, "=smoothing") { trainDrawn($0, "--label-smoothing", "1") },
      BadInput("negative focus", 64, "=focus") { trainDrawn($0, "--loss", "focal", "--focus=-1") },
      BadInput("pictures of a class in shuffled batches", 64, "=--per-class") { trainDrawn($0, "--per-class", "4") },
      BadInput("a class that fills the batch", 64, "=two classes") {
        trainDrawn($0, "--batches", "per-class", "--per-class", "5")
      },
      BadInput("pictures of a person in batches by class", 64, "=--per-person") {
        trainDrawn($0, "--batches", "per-class", "--per-person", "4")
      },
      BadInput("a person that fills the batch", 64, "=two persons") {
        trainDrawn($0, "--batches", "per-person", "--per-person", "5")
      },
      BadInput("a person with one picture", 64, "=2 pictures of a person") {
        trainDrawn($0, "--batches", "per-person", "--per-person", "1")
      },
      BadInput("batches by person without people", 65, "=--identity-separator") { place in
        try place.makeRAFDB()
        return train(place("data"), place, "--batches", "per-person")
      },
    ]
  }
}

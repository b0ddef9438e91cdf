/// The samples of the three splits.
struct SplitSamples: Sendable {
  private var train: [FaceSample] = []
  private var validation: [FaceSample] = []
  private var test: [FaceSample] = []

  subscript(split: Split) -> [FaceSample] {
    get {
      switch split {
      case .train: train
      case .validation: validation
      case .test: test
      }
    }
    set {
      switch split {
      case .train: train = newValue
      case .validation: validation = newValue
      case .test: test = newValue
      }
    }
  }
}

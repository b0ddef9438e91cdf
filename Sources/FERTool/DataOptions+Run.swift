#if Tool
  import FERModels
  import Foundation

  extension DataOptions {
    /// The data set that a run is judged on, split as the run recorded it.
    ///
    /// The validation split is that of the training: drawn again where it was drawn, and without the duplicates that the
    /// training dropped. After a training without one it is the official split, if there is one. No limit is applied, so
    /// that `train` holds every picture that was not drawn for validation.
    ///
    /// - Parameters:
    ///   - folder: The folder of the run; without `config.json` nothing is recorded.
    ///   - split: The split to be judged; of the others nothing is promised.
    ///   - droppingDuplicates: Whether to leave pictures of a validation or test split out that stand in the training
    ///     data as well. Those drawn for validation count as training data of the test split.
    /// - Throws: ``TrainingError`` for a configuration that cannot be read, or what keeps the folder from being opened.
    func dataset(of folder: RunFolder, split: Split, droppingDuplicates: Bool = false) throws -> SelectedDataset {
      var source = try source(of: folder, for: split)
      let dropsDuplicates = droppingDuplicates || split == .validation && source.dropsDuplicates
      source.dropsDuplicates = false
      let dataset: SelectedDataset
      switch split {
      case .train:
        return try source.open()
      case .validation where source.validation == 0 && source.layout != .synthetic:
        // Nothing was drawn from the training pictures: what is there is an official split, which nobody looked at.
        dataset = SelectedDataset(
          try source.layout.open(
            at: source.path, labels: source.labels, identitySeparator: source.identitySeparator))
      case .validation:
        dataset = try source.open()
      case .test:
        source.validation = 0
        dataset = try source.open()
      }
      return dropsDuplicates ? try dataset.droppingDuplicates(from: split, presentIn: .train) : dataset
    }

    /// The recorded source with these options over it, and without its limit. A folder that is given stands in place of
    /// the recorded one, and is split in the same way.
    private func source(of folder: RunFolder, for split: Split) throws -> DataSource {
      let isRecorded = FileManager.default.fileExists(atPath: folder.configuration)
      let recorded = isRecorded ? try TrainingConfiguration(contentsOf: folder.configuration).source : nil
      var source = try source(over: data == nil ? recorded : nil)
      source.limit = nil
      guard let recorded else { return source }
      source.validation = recorded.validation
      source.validationDraw = recorded.validationDraw
      source.seed = recorded.seed
      source.pictureSize = recorded.pictureSize
      source.dropsDuplicates = recorded.dropsDuplicates
      if labels == nil { source.labels = recorded.labels }
      if split != .test, source.validationDraw == .byPerson, identity.identitySeparator == nil {
        source.identitySeparator = recorded.identitySeparator
      }
      return source
    }
  }
#endif

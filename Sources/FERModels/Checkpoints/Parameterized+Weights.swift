internal import FERMetric

extension Parameterized {
  /// Loads all parameters and buffers from a safetensors file; nothing changes unless everything fits.
  ///
  /// Names must be the model's own, after prefixes that frameworks put before them (`module.`, `model.`, `backbone.`
  /// and the like) are stripped. `fc.` weights are ignored where the model has no such layer, because they belong to
  /// the classifier of another task. Missing counters of batches become 0.
  ///
  ///     let report = try model.loadWeights(from: "resnet50.safetensors", keeping: ["head.", "attention."])
  ///     print(report)
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - kept: Prefixes of names that may be missing in the file and then keep their values, such as the heads when a
  ///     pretrained trunk is loaded.
  ///   - ignored: Prefixes of names in the file that are not for this model.
  /// - Returns: What happened to each name.
  /// - Throws: ``WeightLoadError``, with the same report if names or shapes do not fit.
  @discardableResult
  public mutating func loadWeights(
    from path: String, keeping kept: [String] = [], ignoring ignored: [String] = []
  ) throws(WeightLoadError) -> WeightLoadReport {
    let file: SafetensorsFile
    do throws(SafetensorsError) {
      file = try SafetensorsFile(contentsOf: path)
    } catch {
      throw .file(error)
    }
    return try loadWeights(from: file, keeping: kept, ignoring: ignored)
  }

  /// Loads all parameters and buffers from an open safetensors file; all else is as for a path.
  @discardableResult
  public mutating func loadWeights(
    from file: SafetensorsFile, keeping kept: [String] = [], ignoring ignored: [String] = []
  ) throws(WeightLoadError) -> WeightLoadReport {
    var plan = WeightLoadPlan<Scalar>(file: file)
    visitParameters { name, parameter in plan.expect(name, parameter.value.shape) }
    visitBuffers { name, buffer in
      switch buffer {
      case .values(let values): plan.expect(name, values.shape)
      case .count: plan.expectCount(name)
      }
    }
    do throws(SafetensorsError) {
      try plan.resolve(keeping: kept, ignoring: ignored)
    } catch {
      throw .file(error)
    }
    guard plan.report.isComplete else { throw .mismatch(plan.report) }
    visitParameters { name, parameter in
      if let value = plan.values[name] { parameter.value = value }
    }
    visitBuffers { name, buffer in
      if let value = plan.values[name] { buffer = .values(value) }
      if let count = plan.counts[name] { buffer = .count(count) }
    }
    return plan.report
  }

  /// Adds all parameters and buffers to a file under their names, ready to be loaded by torchvision or by
  /// `loadWeights(from:keeping:ignoring:)`.
  public func addWeights(to writer: inout SafetensorsWriter) {
    var copy = self
    copy.visitParameters { name, parameter in writer.add(name, parameter.value) }
    copy.visitBuffers { name, buffer in
      switch buffer {
      case .values(let values): writer.add(name, values)
      case .count(let count): writer.add(name, integers: [Int64(count)], shape: [])
      }
    }
  }
}

import FERMetric
import FERModels
import Foundation
import Testing

@Suite struct WeightLoadTests {
  static func network(classes: Int? = 10, width: Double = 1.0 / 16) -> ResNet<Double> {
    var zeros = WeightInitializer.zeros
    return ResNet(depth: .eighteen, width: width, classes: classes, using: &zeros)
  }

  static let torchvision = NetworkFixture.path("torchvision-narrow.safetensors")

  @Test func `A file of torchvision loads and gives its logits`() throws {
    var network = Self.network()
    let report = try network.loadWeights(from: Self.torchvision)
    #expect(report.isComplete && report.loaded.count == 62 + 3 * 20)
    #expect(report.strippedPrefixes == ["module."] && report.ignored.isEmpty && report.missing.isEmpty)
    #expect(report.description.contains("stripped prefixes (1): module."))
    try NetworkFixture().expect(network(Formula.pictures(4, 64)), equals: "exchange.logits", within: 1e-10)
    network.visitBuffers { name, buffer in
      if case .count(let count) = buffer { #expect(count == 1, "\(name)") }
    }
  }

  @Test func `What was saved loads again`() throws {
    var original: ExpressionModel<Float> = ExpressionModelTests.model(.compact)
    _ = original.forward(Formula.pictures(3, 32))
    var writer = SafetensorsWriter()
    original.addWeights(to: &writer)
    let file = try SafetensorsFile(bytes: writer.bytes, path: "memory")
    var copy = ExpressionModel<Float>(original.configuration, seed: 9)
    #expect(try copy.loadWeights(from: file).isComplete)
    let pictures: Tensor<Float> = Formula.pictures(2, 32)
    #expect(copy(pictures).logits == original(pictures).logits)
    #expect(copy(pictures).inclusion == original(pictures).inclusion)
    var again = SafetensorsWriter()
    copy.addWeights(to: &again)
    #expect(again.bytes == writer.bytes)
  }

  @Test func `A pretrained trunk loads without its classifier, heads keep their values`() throws {
    var model = ExpressionModel<Float>(ExpressionModelTests.configuration(.compact), seed: 4)
    let before = model.head.classifier.weight.value
    let report = try model.loadWeights(from: Self.torchvision, keeping: ["head.", "attention."])
    #expect(report.ignored == ["module.fc.bias", "module.fc.weight"])
    #expect(report.kept.count > 20 && report.kept.allSatisfy { $0.hasPrefix("head.") || $0.hasPrefix("attention.") })
    #expect(report.description.contains("ignored (2): module.fc.bias, module.fc.weight"))
    #expect(model.head.classifier.weight.value == before)
    var reference = Self.network()
    try reference.loadWeights(from: Self.torchvision)
    #expect(model.trunk.stem.weight.value == reference.trunk.stem.weight.value.converted())
  }

  @Test func `Names that do not fit are all named, and nothing changes`() throws {
    var network = Self.network(classes: 11)
    network.fillByFormula()
    let before = network.namedBuffers + network.trunk.stem.namedBuffers + network.namedValues
    let file = try SafetensorsFile(contentsOf: Self.torchvision)
    var writer = SafetensorsWriter()
    for entry in file.entries where entry.type == .f32 && entry.name != "module.layer1.0.bn1.weight" {
      writer.add(entry.name, try file.tensor(entry.name, as: Float.self))
    }
    writer.add("module.layer5.weight", Tensor<Float>([1]))
    do throws(WeightLoadError) {
      try network.loadWeights(from: try! SafetensorsFile(bytes: writer.bytes, path: "damaged.safetensors"))
      Issue.record("a file that does not fit was accepted")
    } catch {
      guard case .mismatch(let report) = error else { throw error }
      #expect(report.missing == ["layer1.0.bn1.weight"] && report.unexpected == ["layer5.weight"])
      #expect(report.misshapen.map(\.name) == ["fc.weight", "fc.bias"])
      #expect(report.misshapen[0].expected == [11, 32] && report.misshapen[0].found == [10, 32])
      #expect(report.zeroed.count == 20)
      let text = error.description
      for line in [
        "damaged.safetensors: the weights do not fit; nothing changed", "missing in the file (1): layer1.0.bn1.weight",
        "unexpected in the file (1): layer5.weight", "fc.weight is 10×32, not 11×32",
      ] {
        #expect(text.contains(line), "\(text)")
      }
    }
    let after = network.namedBuffers + network.trunk.stem.namedBuffers + network.namedValues
    #expect(before.count == after.count && before.count > 100)
    #expect(zip(before, after).allSatisfy { $0.tensor == $1.tensor })
  }

  @Test func `Missing counters become zero, ignored names are left out`() throws {
    var original = Self.network()
    original.fillByFormula()
    var writer = SafetensorsWriter()
    original.visitParameters { name, parameter in writer.add("model.backbone." + name, parameter.value) }
    original.visitBuffers { name, buffer in
      if case .values(let values) = buffer { writer.add("model.backbone." + name, values) }
    }
    writer.add("centers", Tensor<Double>(zeros: [7, 64]))
    let file = try SafetensorsFile(bytes: writer.bytes, path: "memory")
    var copy = Self.network()
    copy.visitBuffers { _, buffer in
      if case .count = buffer { buffer = .count(5) }
    }
    let report = try copy.loadWeights(from: file, ignoring: ["centers"])
    #expect(report.zeroed.count == 20 && report.ignored == ["centers"])
    #expect(report.strippedPrefixes.sorted() == ["backbone.", "model."])
    copy.visitBuffers { _, buffer in
      if case .count(let count) = buffer { #expect(count == 0) }
    }
  }

  @Test func `A missing file is an error with its path`() {
    var network = Self.network()
    let error = #expect(throws: WeightLoadError.self) { try network.loadWeights(from: "/nonexistent/weights") }
    #expect(error?.description == "/nonexistent/weights: cannot be read: No such file or directory")
  }
}

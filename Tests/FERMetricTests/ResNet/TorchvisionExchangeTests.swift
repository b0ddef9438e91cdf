import FERMetric
import FERModels
import Foundation
import Testing

/// The middle step of Tests/Fixtures/ResNet/exchange.py, which says how to run it.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["FERMETRIC_EXCHANGE"] != nil))
struct TorchvisionExchangeTests {
  @Test(arguments: [ResNetDepth.eighteen, .fifty], Backend.compiled.suffix(1)) func `Full-size weights go both ways`(
    depth: ResNetDepth, backend: Backend
  ) throws {
    let folder = try #require(ProcessInfo.processInfo.environment["FERMETRIC_EXCHANGE"])
    let name = "\(folder)/resnet\(depth.rawValue)"
    var zeros = WeightInitializer.zeros
    var network = ResNet<Float>(depth: depth, using: &zeros)
    let report = try network.loadWeights(from: "\(name)-torchvision.safetensors")
    #expect(report.isComplete && report.strippedPrefixes.isEmpty && report.ignored.isEmpty)
    let expected: Tensor<Double> = try SafetensorsFile(contentsOf: "\(name)-logits.safetensors").tensor("logits")
    let logits = withBackend(backend) { network(Formula.pictures(2, 224)) }.converted(to: Double.self)
    let error = (logits - expected).norm() / expected.norm()
    #expect(error <= 1e-4, "\(name): relative error \(error)")
    print("\(name): \(backend), relative error of the logits \(error)")
    var writer = SafetensorsWriter(metadata: ["format": "pt"])
    network.addWeights(to: &writer)
    try writer.write(to: "\(name)-fermetric.safetensors")
  }
}

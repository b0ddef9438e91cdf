import FERMetric
import FERModels
import Foundation
import Testing

@Suite struct ResNetStructureTests {
  static func names(_ model: some Parameterized) -> [String] {
    var copy = model
    var names: [String] = []
    copy.visitParameters { name, _ in names.append(name) }
    copy.visitBuffers { name, _ in names.append(name) }
    return names
  }

  @Test func `Parameters are as many as torchvision's`() {
    var zeros = WeightInitializer.zeros
    #expect(ResNet<Float>(depth: .fifty, using: &zeros).parameterCount == 25_557_032)
    #expect(ResNet<Float>(depth: .eighteen, using: &zeros).parameterCount == 11_689_512)
    #expect(ResNet<Float>(depth: .fifty, classes: nil, using: &zeros).parameterCount == 23_508_032)
  }

  @Test func `Names are torchvision's`() {
    var zeros = WeightInitializer.zeros
    let names = Self.names(ResNet<Float>(depth: .fifty, width: 1.0 / 16, using: &zeros))
    #expect(names.count == 161 + 3 * 53 && Set(names).count == names.count)
    for name in [
      "conv1.weight", "bn1.bias", "layer1.0.downsample.0.weight", "layer1.0.downsample.1.running_var",
      "layer4.2.conv3.weight", "layer3.5.bn2.num_batches_tracked", "fc.weight", "fc.bias",
    ] {
      #expect(names.contains(name), "\(name)")
    }
    #expect(!names.contains("layer1.1.downsample.0.weight"))
  }

  @Test func `Maps shrink by 32, with the small stem by 16`() {
    var zeros = WeightInitializer.zeros
    let standard = ResNetTrunk<Float>(depth: .eighteen, width: 1.0 / 16, using: &zeros)
    #expect(standard(Tensor(zeros: [2, 64, 96, 3])).shape == [2, 2, 3, 32])
    let small = ResNetTrunk<Float>(depth: .fifty, stem: .small, width: 1.0 / 16, using: &zeros)
    #expect(small(Tensor(zeros: [1, 48, 48, 3])).shape == [1, 3, 3, 128])
    #expect(ResNetTrunk<Float>(depth: .fifty, stem: .small, width: 0.5, using: &zeros).channels == 1024)
  }

  @Test(arguments: ResNetStem.allCases) func `The side of the last map is known before there is one`(stem: ResNetStem) {
    var zeros = WeightInitializer.zeros
    let trunk = ResNetTrunk<Float>(depth: .eighteen, stem: stem, width: 1.0 / 64, using: &zeros)
    for side in [17, 32, 33, 48, 64, 65] {
      let expected = stem.mapSide(ofPictures: side)
      #expect(trunk(Tensor(zeros: [1, side, side, 3])).shape == [1, expected, expected, 8])
    }
  }

  @Test func `Initial weights follow torchvision's distributions`() {
    var initializer = WeightInitializer(seed: 3)
    var network = ResNet<Float>(depth: .eighteen, width: 0.5, classes: 10, using: &initializer)
    network.visitParameters { name, parameter in
      let values = parameter.value
      let size = Double(values.count)
      switch values.rank {
      case 4:
        let fan = Double(values.shape[0] * values.shape[2] * values.shape[3])
        let deviation = Double(values.norm()) / size.squareRoot()
        // The relative standard error of a deviation is 1/√(2n); five of them, for there are twenty tensors.
        #expect(deviation.isApproximately((2 / fan).squareRoot(), relative: 5 / (2 * size).squareRoot()), "\(name)")
        #expect(parameter.decays)
      case 2:
        let bound = 1 / Float(values.shape[1]).squareRoot()
        #expect(values.max() <= bound && (-values).max() <= bound && values.max() > 0.95 * bound)
      default:
        #expect(!parameter.decays)
        guard name.contains("bn") else { break }
        #expect(values == Tensor(repeating: name.hasSuffix("weight") ? 1 : 0, shape: values.shape))
      }
    }
  }

  @Test func `The head has the published number of parameters`() {
    var zeros = WeightInitializer.zeros
    let head = ClassifierHead<Float>(channels: 2048, classes: 7, using: &zeros)
    #expect(head.parameterCount == 2_628_103 && head.embeddingDim == 512)
    #expect(ClassifierHead<Float>(channels: 512, classes: 7, using: &zeros).embeddingDim == 128)
    let narrow = ClassifierHead<Float>(channels: 64, classes: 7, using: &zeros)
    #expect(narrow.embeddingDim == 64 && narrow.first.geometry.outputChannels == 64)
    let chosen = ClassifierHead<Float>(channels: 64, classes: 7, hidden: 24, embeddingDim: 12, using: &zeros)
    #expect(chosen.embeddingDim == 12 && chosen.first.geometry.outputChannels == 24)
  }

  @Test func `A configuration survives encoding`() throws {
    let configuration = ModelConfiguration(
      depth: .eighteen, stem: .small, width: 0.5, classes: 8,
      attention: AttentionConfiguration(
        kind: .dacl(height: 3, width: 4), inclusion: .hard(), bias: 2, stopsGradient: true))
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(ModelConfiguration.self, from: data) == configuration)
  }
}

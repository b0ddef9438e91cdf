#if OneDNN && os(Linux)
  import FERMetric
  import FERMetricDNN
  import FERModels
  import Foundation
  import Testing

  /// Activations and their gradients keep one layout through a whole step: only weights change theirs. Shifted
  /// convolutions copy a few pictures at a time onto a grid of the same layout, and are left out here.
  @Suite struct ActivationLayoutTests {
    /// A network with every kind of layer: the stem of 7×7, pooling, bottlenecks with and without stride and projection.
    static func network() -> ResNet<Float> {
      var initializer = WeightInitializer(seed: 7)
      return ResNet(depth: .fifty, width: 0.25, classes: 7, using: &initializer)
    }

    /// oneDNN itself says what it computes: each reorder names the sizes of what it reorders.
    @Test func aTrainingStepReordersNothingButWeights() async throws {
      let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
        _ = unsafe setenv("DNNL_VERBOSE", "1", 1)
        Backend.oneDNN.prepareCallingThread(threads: 2)
        withBackend(.oneDNN) {
          ConvolutionShifts.with(.never) {
            var network = Self.network()
            // No layer has 6 channels.
            let (output, trace) = network.forward(Tensor(repeating: 0.5, shape: [6, 64, 64, 3]))
            _ = network.backward(output, through: trace)
          }
        }
      }
      let log = String(decoding: try #require(result).standardOutputContent, as: UTF8.self)
      let calls = log.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        .filter { $0[0].hasSuffix("_verbose") && $0.contains("exec") }
      var weights: Set<String> = []
      var network = Self.network()
      network.visitParameters { _, parameter in
        weights.insert(parameter.value.shape.dimensions.map(String.init).joined(separator: "x"))
      }
      // Forward, and backward by data and by weights, of each of the 53 convolutions.
      #expect(calls.count { $0.contains("convolution") } == 3 * 53)
      let reordered = calls.filter { $0.contains("reorder") }.map { String($0[$0.count - 2]) }
      #expect(!reordered.isEmpty)
      #expect(Set(reordered).subtracting(weights).isEmpty, "\(Set(reordered).subtracting(weights))")
    }
  }
#endif

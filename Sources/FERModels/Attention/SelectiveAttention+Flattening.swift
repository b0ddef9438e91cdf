internal import FERMetric

extension SelectiveAttention {
  /// The map as one vector per picture, channel by channel as PyTorch flattens it, so that its weights can be loaded.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  func flattened(_ map: Tensor<Scalar>) -> Tensor<Scalar> {
    requireMapSize(map.shape)
    let (pixels, channels) = (map.shape[1] * map.shape[2], map.shape[3])
    var result = Tensor<Scalar>(uninitialized: [map.shape[0], pixels * channels])
    let source = map.span
    var target = result.mutableSpan
    for n in 0..<map.shape[0] {
      let start = n * pixels * channels
      for p in 0..<pixels {
        for c in 0..<channels { target[start + c * pixels + p] = source[start + p * channels + c] }
      }
    }
    return result
  }

  /// The gradient of ``flattened(_:)`` by the map.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  func unflattened(_ gradient: Tensor<Scalar>, _ shape: Shape) -> Tensor<Scalar> {
    let (pixels, channels) = (shape[1] * shape[2], shape[3])
    var result = Tensor<Scalar>(uninitialized: shape)
    let source = gradient.span
    var target = result.mutableSpan
    for n in 0..<shape[0] {
      let start = n * pixels * channels
      for p in 0..<pixels {
        for c in 0..<channels { target[start + p * channels + c] = source[start + c * pixels + p] }
      }
    }
    return result
  }

  private func requireMapSize(_ shape: Shape) {
    guard case .dacl(let height, let width) = configuration.kind else { return }
    precondition(
      shape.count == 4 && shape[1] == height && shape[2] == width,
      """
      this attention flattens maps of \(height)×\(width) pixels, but the context map has the shape \(shape): \
      configure .dacl(height:width:) for the size of the pictures
      """)
  }
}

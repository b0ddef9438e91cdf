internal import FERMetric

/// The multiplication of maps [B, h, w, C] by a gate for each channel, [B, C].
enum ChannelGate {
  /// y = x ⊙ e
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  static func applied<Scalar>(_ gates: Tensor<Scalar>, to map: Tensor<Scalar>) -> Tensor<Scalar> {
    let (batch, pixels, channels) = (map.shape[0], map.shape[1] * map.shape[2], map.shape[3])
    var output = Tensor<Scalar>(uninitialized: map.shape)
    let (x, e) = (map.span, gates.span)
    var y = output.mutableSpan
    for n in 0..<batch {
      for p in n * pixels..<(n + 1) * pixels {
        for c in 0..<channels { y[p * channels + c] = x[p * channels + c] * e[n * channels + c] }
      }
    }
    return output
  }

  /// The gradients by the map, g ⊙ e, and by the gates, Σ over the pixels of g ⊙ x.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  static func backward<Scalar>(
    _ gradient: Tensor<Scalar>, input: Tensor<Scalar>, gates: Tensor<Scalar>
  ) -> (map: Tensor<Scalar>, gates: Tensor<Scalar>) {
    let (batch, pixels, channels) = (input.shape[0], input.shape[1] * input.shape[2], input.shape[3])
    var (byMap, byGate) = (Tensor<Scalar>(uninitialized: input.shape), Tensor<Scalar>(zeros: gates.shape))
    let (g, x, e) = (gradient.span, input.span, gates.span)
    var dx = byMap.mutableSpan
    var de = byGate.mutableSpan
    for n in 0..<batch {
      for p in n * pixels..<(n + 1) * pixels {
        for c in 0..<channels {
          let slope = g[p * channels + c]
          dx[p * channels + c] = slope * e[n * channels + c]
          de[n * channels + c] += slope * x[p * channels + c]
        }
      }
    }
    return (byMap, byGate)
  }
}

#pragma once

#include "ShiftedConvolution.hpp"

#if FER_DNN_AVAILABLE

namespace fer {

/// weightGradient ← weightGradient + ∂⟨gradient, input ∗ weights⟩/∂weights by 1×1 convolutions over a shifted grid.
///
/// Inputs meet the zeros of the grid as well: one that is not finite spoils all nine weights of its channel.
class ShiftedWeightGradient {
public:
  /// More than a convolution has at once: the sums of a portion are added up once more.
  static constexpr int64_t bytesAtOnce = 8 << 20;

  explicit ShiftedWeightGradient(const ShiftedGrid &grid);

  void run(Workspace &workspace, const float *input, const float *gradient, float *weightGradient) const;

private:
  struct Part {
    int64_t pictures;
    std::vector<StridedCopy> input;
    StridedCopy gradient;
    Description plane, outputs;
    dnnl::convolution_backward_weights primitive;
    Description scratchpad;
  };

  static dnnl::convolution_backward_weights::primitive_desc describe(
    const ShiftedGrid &grid, int64_t pictures, const Description &weights);
  static Part part(const ShiftedGrid &grid, int64_t pictures, const Description &weights);

  ShiftedGrid grid;
  Description weights;  // a slice in the order that the library chooses
  Portions<Part> portions;
  dnnl::reorder sum, addition;  // of portions, and into the caller's gradient
  Description sumScratchpad, slice, additionScratchpad;
};

}  // namespace fer

#endif

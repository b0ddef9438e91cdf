#pragma once

#include "ShiftedGrid.hpp"

#if FER_DNN_AVAILABLE

namespace fer {

/// What a convolution does with its sums.
struct Finish {
  bool addsBias = false;
  bool accumulates = false;  // adds a residual
  bool rectified = false;
};

/// Where the nine 1×1 slices of weights lie: a slice has `outputStep` from one output channel to the next, `inputStep`
/// from one input channel to the next, and the slice at (a, b) begins at a · 3 + b, or the other way round.
struct Slices {
  int64_t outputStep, inputStep;
  bool reversed;

  /// As a convolution forward reads its weights.
  static Slices forward(int64_t inputs) { return {inputs * 9, 9, false}; }
  /// As the convolution that is its adjoint reads them: with a stride of 1 it is of the same form.
  static Slices adjoint(int64_t outputs) { return {9, outputs * 9, true}; }

  Description description(int64_t outputs, int64_t inputs) const {
    return Description(
      {outputs, inputs, 1, 1}, dnnl::memory::data_type::f32, Dimensions{outputStep, inputStep, 1, 1});
  }

  int64_t offset(int64_t a, int64_t b) const { return reversed ? (2 - a) * 3 + 2 - b : a * 3 + b; }
};

/// From one packed slice to the next.
inline size_t sliceSize(const Description &slice) { return (slice.get_size() + 63) / 64 * 64; }

/// output ← finish(input ∗ weights) by 1×1 convolutions over a shifted grid.
class ShiftedConvolution {
public:
  /// What a second and a share of the third cache hold: each of nine passes reads the input and adds to the output.
  static constexpr int64_t bytesAtOnce = 4 << 20;

  ShiftedConvolution(const ShiftedGrid &grid, const Slices &slices, const Finish &finish);

  /// Bytes of the nine slices in the order that the processor wants.
  size_t packedSize() const { return 9 * sliceSize(weights); }

  /// That order.
  const Description &slice() const { return weights; }

  void pack(Workspace &workspace, const float *plain, void *packed) const;

  /// `bias` and `residual` are read where the finish asks for them; `residual` may be `output`.
  void run(
    Workspace &workspace, const float *input, const void *packed, const float *bias, const float *residual,
    float *output) const;

private:
  struct Part {
    int64_t pictures;
    std::vector<StridedCopy> input;
    StridedCopy residual, output;
    Description plane, outputs;
    // The first slice begins the sums, the last one ends them.
    dnnl::convolution_forward first, next, last;
    Description scratchpad;
  };

  static Part part(const ShiftedGrid &grid, int64_t pictures, const Description &weights, const Finish &finish);

  ShiftedGrid grid;
  Slices slices;
  Finish finish;
  Description weights;
  Portions<Part> portions;
  StridedCopy packing;
};

}  // namespace fer

#endif

#include "ShiftedConvolution.hpp"

#if FER_DNN_AVAILABLE

#include <cstring>

namespace fer {
namespace {

const Description &larger(const Description &a, const Description &b) { return a.get_size() < b.get_size() ? b : a; }

}  // namespace

ShiftedConvolution::Part ShiftedConvolution::part(
  const ShiftedGrid &grid, int64_t pictures, const Description &weights, const Finish &finish) {
  const Description plane = grid.plane(pictures), output = grid.output(pictures);
  const Description bias = floats({grid.outputChannels}, Layout::x);
  const auto describe = [&](bool addsBias, bool adds, bool rectified) {
    return convolutionForward(
      dnnl::prop_kind::forward_training, plane, weights, addsBias ? &bias : nullptr, output, pointwise(),
      afterwards(adds, rectified));
  };
  const auto first = describe(finish.addsBias, finish.accumulates, false);
  const auto next = describe(false, true, false);
  const auto last = describe(false, true, finish.rectified);
  return {
    pictures,
    copiesOfInput(grid, pictures),
    copyOntoOutput(grid, pictures),
    copyOffOutput(grid, pictures),
    plane,
    output,
    dnnl::convolution_forward(first),
    dnnl::convolution_forward(next),
    dnnl::convolution_forward(last),
    larger(first.scratchpad_desc(), larger(next.scratchpad_desc(), last.scratchpad_desc()))};
}

ShiftedConvolution::ShiftedConvolution(const ShiftedGrid &grid, const Slices &slices, const Finish &finish)
    : grid(grid),
      slices(slices),
      finish(finish),
      weights(convolutionForward(
                dnnl::prop_kind::forward_training, grid.plane(grid.picturesAtOnce), grid.anyWeights(), nullptr,
                grid.output(grid.picturesAtOnce), pointwise(), afterwards(true, false))
                .weights_desc()),
      portions(grid, [&](int64_t pictures) { return part(grid, pictures, weights, finish); }),
      packing(slices.description(grid.outputChannels, grid.inputChannels), 0, weights, 0) {}

void ShiftedConvolution::pack(Workspace &workspace, const float *plain, void *packed) const {
  for (int64_t a = 0; a < 3; a++) {
    for (int64_t b = 0; b < 3; b++) {
      auto *slice = static_cast<char *>(packed) + static_cast<size_t>(a * 3 + b) * sliceSize(weights);
      packing(workspace, plain + slices.offset(a, b), reinterpret_cast<float *>(slice));
    }
  }
}

void ShiftedConvolution::run(
  Workspace &workspace, const float *input, const void *packed, const float *bias, const float *residual,
  float *output) const {
  const auto bytes = [](int64_t count) { return static_cast<size_t>(count) * sizeof(float); };
  const size_t inputSize = bytes(grid.inputCount(grid.picturesAtOnce));
  auto *planes = static_cast<float *>(workspace.buffers[Workspace::second].reserve(inputSize));
  auto *sums = static_cast<float *>(
    workspace.buffers[Workspace::third].reserve(bytes(grid.outputCount(grid.picturesAtOnce))));
  const Description biasShape = floats({grid.outputChannels}, Layout::x);
  const int64_t inputPicture = grid.inputHeight * grid.inputWidth * grid.inputChannels;
  const int64_t outputPicture = grid.outputHeight * grid.outputWidth * grid.outputChannels;
  int64_t onGrid = 0;
  portions.forEach([&](int64_t start, const Part &part) {
    // The zeros of a portion lie where a larger one has pixels.
    if (part.pictures != onGrid) std::memset(planes, 0, bytes(grid.inputCount(part.pictures)));
    onGrid = part.pictures;
    for (const auto &copy : part.input) copy(workspace, input + start * inputPicture, planes);
    // What stands beyond the pictures is left behind, whatever is added to it.
    if (finish.accumulates) part.residual(workspace, residual + start * outputPicture, sums);
    for (int64_t a = 0; a < 3; a++) {
      for (int64_t b = 0; b < 3; b++) {
        const int64_t slice = a * 3 + b;
        const auto *values = static_cast<const char *>(packed) + static_cast<size_t>(slice) * sliceSize(weights);
        std::unordered_map<int, dnnl::memory> arguments{
          {DNNL_ARG_SRC, wrap(part.plane, planes + grid.offset(part.pictures, a, b))},
          {DNNL_ARG_WEIGHTS, wrap(weights, values)},
          {DNNL_ARG_DST, wrap(part.outputs, sums)},
          {DNNL_ARG_SCRATCHPAD, workspace.memory(Workspace::scratchpad, part.scratchpad)}};
        if (slice == 0 && finish.addsBias) arguments[DNNL_ARG_BIAS] = wrap(biasShape, bias);
        (slice == 0 ? part.first : slice == 8 ? part.last : part.next).execute(workspace.stream, arguments);
      }
    }
    part.output(workspace, sums, output + start * outputPicture);
  });
  workspace.stream.wait();
}

}  // namespace fer

#endif

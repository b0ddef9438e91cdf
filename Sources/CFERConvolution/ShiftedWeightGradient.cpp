#include "ShiftedWeightGradient.hpp"

#if FER_DNN_AVAILABLE

#include <cstring>

namespace fer {
namespace {

dnnl::reorder::primitive_desc adding(const Description &from, const Description &to) {
  return {engine(), from, engine(), to, afterwards(true, false)};
}

}  // namespace

dnnl::convolution_backward_weights::primitive_desc ShiftedWeightGradient::describe(
  const ShiftedGrid &grid, int64_t pictures, const Description &weights) {
  const Description plane = grid.plane(pictures), output = grid.output(pictures);
  const auto forward = convolutionForward(
    dnnl::prop_kind::forward_training, plane, grid.anyWeights(), nullptr, output, pointwise(), userScratchpad());
  return convolutionBackwardWeights(plane, weights, output, pointwise(), userScratchpad(), forward);
}

ShiftedWeightGradient::Part ShiftedWeightGradient::part(
  const ShiftedGrid &grid, int64_t pictures, const Description &weights) {
  const auto description = describe(grid, pictures, weights);
  return {
    pictures,
    copiesOfInput(grid, pictures),
    copyOntoOutput(grid, pictures),
    grid.plane(pictures),
    grid.output(pictures),
    dnnl::convolution_backward_weights(description),
    description.scratchpad_desc()};
}

ShiftedWeightGradient::ShiftedWeightGradient(const ShiftedGrid &grid)
    : grid(grid),
      weights(describe(grid, grid.picturesAtOnce, grid.anyWeights()).diff_weights_desc()),
      portions(grid, [&](int64_t pictures) { return part(grid, pictures, weights); }),
      slice(Slices::forward(grid.inputChannels).description(grid.outputChannels, grid.inputChannels)) {
  const auto sumDescription = adding(weights, weights), additionDescription = adding(weights, slice);
  sum = dnnl::reorder(sumDescription);
  sumScratchpad = sumDescription.scratchpad_desc();
  addition = dnnl::reorder(additionDescription);
  additionScratchpad = additionDescription.scratchpad_desc();
}

void ShiftedWeightGradient::run(
  Workspace &workspace, const float *input, const float *gradient, float *weightGradient) const {
  const auto bytes = [](int64_t count) { return static_cast<size_t>(count) * sizeof(float); };
  auto *planes = static_cast<float *>(
    workspace.buffers[Workspace::second].reserve(bytes(grid.inputCount(grid.picturesAtOnce))));
  auto *slopes = static_cast<float *>(
    workspace.buffers[Workspace::third].reserve(bytes(grid.outputCount(grid.picturesAtOnce))));
  const size_t size = sliceSize(weights);
  // Nine sums over all portions, and one slice of a portion.
  auto *sums = static_cast<char *>(workspace.buffers[Workspace::first].reserve(10 * size));
  auto *fresh = sums + 9 * size;
  const int64_t inputPicture = grid.inputHeight * grid.inputWidth * grid.inputChannels;
  const int64_t outputPicture = grid.outputHeight * grid.outputWidth * grid.outputChannels;
  int64_t onGrid = 0;
  portions.forEach([&](int64_t start, const Part &part) {
    if (part.pictures != onGrid) {
      std::memset(planes, 0, bytes(grid.inputCount(part.pictures)));
      std::memset(slopes, 0, bytes(grid.outputCount(part.pictures)));
    }
    onGrid = part.pictures;
    for (const auto &copy : part.input) copy(workspace, input + start * inputPicture, planes);
    part.gradient(workspace, gradient + start * outputPicture, slopes);
    for (int64_t a = 0; a < 3; a++) {
      for (int64_t b = 0; b < 3; b++) {
        char *whole = sums + static_cast<size_t>(a * 3 + b) * size;
        char *target = start == 0 ? whole : fresh;
        part.primitive.execute(
          workspace.stream, {{DNNL_ARG_SRC, wrap(part.plane, planes + grid.offset(part.pictures, a, b))},
                             {DNNL_ARG_DIFF_DST, wrap(part.outputs, slopes)},
                             {DNNL_ARG_DIFF_WEIGHTS, wrap(weights, target)},
                             {DNNL_ARG_SCRATCHPAD, workspace.memory(Workspace::scratchpad, part.scratchpad)}});
        if (start == 0) continue;
        sum.execute(
          workspace.stream, {{DNNL_ARG_FROM, wrap(weights, fresh)},
                             {DNNL_ARG_TO, wrap(weights, whole)},
                             {DNNL_ARG_SCRATCHPAD, workspace.memory(Workspace::scratchpad, sumScratchpad)}});
      }
    }
  });
  for (int64_t a = 0; a < 3; a++) {
    for (int64_t b = 0; b < 3; b++) {
      addition.execute(
        workspace.stream, {{DNNL_ARG_FROM, wrap(weights, sums + static_cast<size_t>(a * 3 + b) * size)},
                           {DNNL_ARG_TO, wrap(slice, weightGradient + a * 3 + b)},
                           {DNNL_ARG_SCRATCHPAD, workspace.memory(Workspace::scratchpad, additionScratchpad)}});
    }
  }
  workspace.stream.wait();
}

}  // namespace fer

#endif

#include "Convolution.hpp"

#if FER_DNN_AVAILABLE

#include "Cache.hpp"
#include "ShiftedConvolution.hpp"
#include "ShiftedWeightGradient.hpp"
#include "Status.hpp"

#include <cstring>
#include <utility>

namespace fer {

ConvolutionShapes::ConvolutionShapes(const fer_dnn_convolution &c)
    : source(nhwc(c.input)),
      weights(floats({c.output_channels, c.input.channels, c.kernel_height, c.kernel_width}, Layout::any)),
      plainWeights(floats({c.output_channels, c.input.channels, c.kernel_height, c.kernel_width}, Layout::oihw)),
      destination(nhwc(
        {c.input.batch, (c.input.height + 2 * c.padding_height - c.kernel_height) / c.stride_height + 1,
         (c.input.width + 2 * c.padding_width - c.kernel_width) / c.stride_width + 1, c.output_channels})),
      window{
        {c.kernel_height, c.kernel_width},
        {c.stride_height, c.stride_width},
        {c.padding_height, c.padding_width}} {}

Conversion::Conversion(const Description &from, const Description &to) : from(from), to(to) {
  if (from == to) return;
  const dnnl::reorder::primitive_desc description(engine(), from, engine(), to, userScratchpad());
  scratchpad = description.scratchpad_desc();
  reorder.emplace(description);
}

dnnl::memory Conversion::operator()(Workspace &workspace, Workspace::Slot slot, const void *address) const {
  const dnnl::memory given = wrap(from, address);
  if (!reorder) return given;
  dnnl::memory converted = workspace.memory(slot, to);
  reorder->execute(
    workspace.stream, {{DNNL_ARG_FROM, given},
                       {DNNL_ARG_TO, converted},
                       {DNNL_ARG_SCRATCHPAD, workspace.memory(Workspace::scratchpad, scratchpad)}});
  return converted;
}

namespace {

struct ForwardPlan {
  ConvolutionShapes shapes;
  dnnl::convolution_forward::primitive_desc description;
  dnnl::convolution_forward primitive;
  Description scratchpad;
  Conversion weights;
  std::optional<ShiftedConvolution> shifted;  // where it is there, it runs in place of the primitive

  explicit ForwardPlan(const fer_dnn_convolution &convolution)
      : shapes(convolution),
        description(convolutionForward(
          dnnl::prop_kind::forward_training, shapes.source, shapes.weights, nullptr, shapes.destination, shapes.window,
          userScratchpad())),
        primitive(description),
        scratchpad(description.scratchpad_desc()),
        weights(shapes.plainWeights, description.weights_desc()) {
    if (!ShiftedGrid::replaces(description.impl_info_str(), convolution)) return;
    const ShiftedGrid grid(convolution, ShiftedConvolution::bytesAtOnce);
    shifted.emplace(grid, Slices::forward(grid.inputChannels), Finish());
  }
};

/// The backward descriptions ask for the forward one as a hint.
dnnl::convolution_forward::primitive_desc hint(const ConvolutionShapes &shapes) {
  return convolutionForward(
    dnnl::prop_kind::forward_training, shapes.source, shapes.weights, nullptr, shapes.destination, shapes.window,
    userScratchpad());
}

struct BackwardDataPlan {
  ConvolutionShapes shapes;
  dnnl::convolution_backward_data::primitive_desc description;
  dnnl::convolution_backward_data primitive;
  Description scratchpad;
  Conversion weights;
  std::optional<ShiftedConvolution> shifted;

  explicit BackwardDataPlan(const fer_dnn_convolution &convolution)
      : shapes(convolution),
        description(convolutionBackwardData(
          shapes.source, shapes.weights, shapes.destination, shapes.window, userScratchpad(), hint(shapes))),
        primitive(description),
        scratchpad(description.scratchpad_desc()),
        weights(shapes.plainWeights, description.weights_desc()) {
    // With a stride of 1, the adjoint is a convolution with exchanged channels and reversed weights. Of small maps, the
    // library's kernel is as fast.
    const bool pays = int64_t(convolution.input.height) * convolution.input.width >= 14 * 14;
    if (convolution.stride_height != 1 || !(pays || shifts() == fer_dnn_shifts_always)) return;
    if (!ShiftedGrid::replaces(description.impl_info_str(), convolution)) return;
    fer_dnn_convolution adjoint = convolution;
    std::swap(adjoint.input.channels, adjoint.output_channels);
    const ShiftedGrid grid(adjoint, ShiftedConvolution::bytesAtOnce);
    shifted.emplace(grid, Slices::adjoint(grid.outputChannels), Finish());
  }
};

dnnl::convolution_backward_weights::primitive_desc backwardWeights(
  const ConvolutionShapes &shapes, const Description &weights) {
  return convolutionBackwardWeights(
    shapes.source, weights, shapes.destination, shapes.window, userScratchpad(), hint(shapes));
}

/// Whether the gradient by weights is faster as a matrix product of patches than by the library's kernels for AVX2: of
/// 1×1 convolutions over small maps, of a network's first layer with large ones, and where channels are many and the
/// patches of a picture take at most 2 MiB. The library allocates the patches of one picture for each thread.
bool favoursPatches(const fer_dnn_convolution &c) {
  const int64_t pixels = int64_t((c.input.height + 2 * c.padding_height - c.kernel_height) / c.stride_height + 1) *
                         ((c.input.width + 2 * c.padding_width - c.kernel_width) / c.stride_width + 1);
  if (c.kernel_height == 1 && c.kernel_width == 1) return pixels <= 64;
  const int64_t patches = pixels * c.input.channels * c.kernel_height * c.kernel_width;
  if (c.input.channels < 8) return pixels >= 10'000 && patches <= 1 << 21;
  return c.input.channels >= 256 && patches <= 1 << 19;
}

/// The library's choice; where that is a kernel for AVX2, its matrix product of patches if that is faster, which it
/// offers for weights in HWIO.
dnnl::convolution_backward_weights::primitive_desc fasterBackwardWeights(
  const ConvolutionShapes &shapes, const fer_dnn_convolution &convolution) {
  const auto chosen = backwardWeights(shapes, shapes.weights);
  const char *name = chosen.impl_info_str();
  const bool isSlow = isSlowWithoutAVX512(name) || std::strcmp(name, "jit_1x1:avx2") == 0;
  if (DNNL_VERSION_MAJOR != 2 || !isSlow || !favoursPatches(convolution)) return chosen;
  const auto patches = backwardWeights(
    shapes, floats(
              {convolution.output_channels, convolution.input.channels, convolution.kernel_height,
               convolution.kernel_width},
              Layout::hwio));
  return std::strstr(patches.impl_info_str(), "gemm") ? patches : chosen;
}

struct BackwardWeightsPlan {
  ConvolutionShapes shapes;
  dnnl::convolution_backward_weights::primitive_desc description;
  dnnl::convolution_backward_weights primitive;
  Description scratchpad;
  Description weights;
  dnnl::reorder::primitive_desc additionDescription;
  dnnl::reorder addition;
  Description additionScratchpad;
  std::optional<ShiftedWeightGradient> shifted;

  explicit BackwardWeightsPlan(const fer_dnn_convolution &convolution)
      : shapes(convolution),
        description(fasterBackwardWeights(shapes, convolution)),
        primitive(description),
        scratchpad(description.scratchpad_desc()),
        weights(description.diff_weights_desc()),
        additionDescription(engine(), weights, engine(), shapes.plainWeights, afterwards(true, false)),
        addition(additionDescription),
        additionScratchpad(additionDescription.scratchpad_desc()) {
    if (!ShiftedGrid::replaces(description.impl_info_str(), convolution)) return;
    shifted.emplace(ShiftedGrid(convolution, ShiftedWeightGradient::bytesAtOnce));
  }
};

void run(
  const ShiftedConvolution &convolution, Workspace &workspace, const float *input, const float *weights,
  float *output) {
  void *packed = workspace.buffers[Workspace::first].reserve(convolution.packedSize());
  convolution.pack(workspace, weights, packed);
  convolution.run(workspace, input, packed, nullptr, nullptr, output);
}

}  // namespace
}  // namespace fer

using namespace fer;

extern "C" int32_t fer_dnn_convolution_forward(
  const fer_dnn_convolution *convolution, const float *input, const float *weights, float *output) {
  return guarded("convolution", [&] {
    const auto plan = fer::plan<ForwardPlan>(makeKey(Kind::convolutionForward, *convolution), *convolution);
    const Lease lease;
    if (plan->shifted) return run(*plan->shifted, *lease, input, weights, output);
    const dnnl::memory packed = plan->weights(*lease, Workspace::first, weights);
    plan->primitive.execute(
      lease->stream, {{DNNL_ARG_SRC, wrap(plan->shapes.source, input)},
                      {DNNL_ARG_WEIGHTS, packed},
                      {DNNL_ARG_DST, wrap(plan->shapes.destination, output)},
                      {DNNL_ARG_SCRATCHPAD, lease->memory(Workspace::scratchpad, plan->scratchpad)}});
    lease->stream.wait();
  });
}

extern "C" int32_t fer_dnn_convolution_backward_data(
  const fer_dnn_convolution *convolution, const float *gradient, const float *weights, float *inputGradient) {
  return guarded("convolution, backward by data", [&] {
    const auto plan = fer::plan<BackwardDataPlan>(makeKey(Kind::convolutionBackwardData, *convolution), *convolution);
    const Lease lease;
    if (plan->shifted) return run(*plan->shifted, *lease, gradient, weights, inputGradient);
    const dnnl::memory packed = plan->weights(*lease, Workspace::first, weights);
    plan->primitive.execute(
      lease->stream, {{DNNL_ARG_DIFF_DST, wrap(plan->shapes.destination, gradient)},
                      {DNNL_ARG_WEIGHTS, packed},
                      {DNNL_ARG_DIFF_SRC, wrap(plan->shapes.source, inputGradient)},
                      {DNNL_ARG_SCRATCHPAD, lease->memory(Workspace::scratchpad, plan->scratchpad)}});
    lease->stream.wait();
  });
}

extern "C" int32_t fer_dnn_convolution_backward_weights(
  const fer_dnn_convolution *convolution, const float *input, const float *gradient, float *weightGradient) {
  return guarded("convolution, backward by weights", [&] {
    const auto plan =
      fer::plan<BackwardWeightsPlan>(makeKey(Kind::convolutionBackwardWeights, *convolution), *convolution);
    const Lease lease;
    if (plan->shifted) return plan->shifted->run(*lease, input, gradient, weightGradient);
    const dnnl::memory fresh = lease->memory(Workspace::first, plan->weights);
    plan->primitive.execute(
      lease->stream, {{DNNL_ARG_SRC, wrap(plan->shapes.source, input)},
                      {DNNL_ARG_DIFF_DST, wrap(plan->shapes.destination, gradient)},
                      {DNNL_ARG_DIFF_WEIGHTS, fresh},
                      {DNNL_ARG_SCRATCHPAD, lease->memory(Workspace::scratchpad, plan->scratchpad)}});
    plan->addition.execute(
      lease->stream, {{DNNL_ARG_FROM, fresh},
                      {DNNL_ARG_TO, wrap(plan->shapes.plainWeights, weightGradient)},
                      {DNNL_ARG_SCRATCHPAD, lease->memory(Workspace::scratchpad, plan->additionScratchpad)}});
    lease->stream.wait();
  });
}

#endif

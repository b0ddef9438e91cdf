#include "Primitives.hpp"

#if FER_DNN_AVAILABLE

#include "Cache.hpp"
#include "Status.hpp"
#include "Workspace.hpp"

#include <cstring>

namespace fer {
namespace {

int64_t bits(float value) {
  int32_t pattern;
  std::memcpy(&pattern, &value, sizeof pattern);
  return pattern;
}

Key normalizationKey(Kind kind, const fer_dnn_shape &shape, float epsilon, fer_dnn_activation activation) {
  return makeKey(kind, {shape.batch, shape.height, shape.width, shape.channels, bits(epsilon), activation});
}

dnnl::normalization_flags flags(fer_dnn_activation activation) {
  const auto affine = dnnl::normalization_flags::use_scale | dnnl::normalization_flags::use_shift;
  return activation == fer_dnn_rectified ? affine | dnnl::normalization_flags::fuse_norm_relu : affine;
}

struct ForwardPlan {
  Description data, channels, scratchpad, workspace;
  dnnl::batch_normalization_forward primitive;

  ForwardPlan(const fer_dnn_shape &shape, float epsilon, fer_dnn_activation activation)
      : data(nhwc(shape)), channels(floats({shape.channels}, Layout::x)) {
    const auto description = normalizationForward(data, epsilon, flags(activation), userScratchpad());
    scratchpad = description.scratchpad_desc();
    workspace = description.workspace_desc();
    primitive = dnnl::batch_normalization_forward(description);
  }
};

struct BackwardPlan {
  Description data, channels, scratchpad, workspace;
  dnnl::batch_normalization_backward primitive;

  BackwardPlan(const fer_dnn_shape &shape, float epsilon, fer_dnn_activation activation)
      : data(nhwc(shape)), channels(floats({shape.channels}, Layout::x)) {
    const auto forward = normalizationForward(data, epsilon, flags(activation), userScratchpad());
    const auto description = normalizationBackward(data, epsilon, flags(activation), userScratchpad(), forward);
    scratchpad = description.scratchpad_desc();
    workspace = forward.workspace_desc();
    primitive = dnnl::batch_normalization_backward(description);
  }
};

std::shared_ptr<const ForwardPlan> forwardPlan(
  const fer_dnn_shape &shape, float epsilon, fer_dnn_activation activation) {
  return plan<ForwardPlan>(
    normalizationKey(Kind::normalizationForward, shape, epsilon, activation), shape, epsilon, activation);
}

}  // namespace
}  // namespace fer

using namespace fer;

extern "C" int64_t fer_dnn_normalization_workspace(const fer_dnn_shape *shape, float epsilon) {
  int64_t size = -1;
  guarded("normalization", [&] {
    size = static_cast<int64_t>(forwardPlan(*shape, epsilon, fer_dnn_rectified)->workspace.get_size());
  });
  return size;
}

extern "C" int32_t fer_dnn_normalization_forward(
  const fer_dnn_shape *shape, float epsilon, fer_dnn_activation activation, const float *input, const float *scale,
  const float *shift, float *output, float *mean, float *variance, void *workspace) {
  return guarded("normalization", [&] {
    const auto plan = forwardPlan(*shape, epsilon, activation);
    const Lease lease;
    std::unordered_map<int, dnnl::memory> arguments{
      {DNNL_ARG_SRC, wrap(plan->data, input)},
      {DNNL_ARG_DST, wrap(plan->data, output)},
      {DNNL_ARG_SCALE, wrap(plan->channels, scale)},
      {DNNL_ARG_SHIFT, wrap(plan->channels, shift)},
      {DNNL_ARG_MEAN, wrap(plan->channels, mean)},
      {DNNL_ARG_VARIANCE, wrap(plan->channels, variance)},
      {DNNL_ARG_SCRATCHPAD, lease->memory(Workspace::scratchpad, plan->scratchpad)}};
    if (activation == fer_dnn_rectified) arguments[DNNL_ARG_WORKSPACE] = wrap(plan->workspace, workspace);
    plan->primitive.execute(lease->stream, arguments);
    lease->stream.wait();
  });
}

extern "C" int32_t fer_dnn_normalization_backward(
  const fer_dnn_shape *shape, float epsilon, fer_dnn_activation activation, const float *input, const float *gradient,
  const float *scale, const float *shift, const float *mean, const float *variance, const void *workspace,
  float *inputGradient, float *scaleGradient, float *shiftGradient) {
  return guarded("normalization, backward", [&] {
    const auto plan = fer::plan<BackwardPlan>(
      normalizationKey(Kind::normalizationBackward, *shape, epsilon, activation), *shape, epsilon, activation);
    const Lease lease;
    const dnnl::memory scales = lease->memory(Workspace::first, plan->channels);
    const dnnl::memory shifts = lease->memory(Workspace::second, plan->channels);
    std::unordered_map<int, dnnl::memory> arguments{
      {DNNL_ARG_SRC, wrap(plan->data, input)},
      {DNNL_ARG_DIFF_DST, wrap(plan->data, gradient)},
      {DNNL_ARG_DIFF_SRC, wrap(plan->data, inputGradient)},
      {DNNL_ARG_SCALE, wrap(plan->channels, scale)},
      {DNNL_ARG_DIFF_SCALE, scales},
      {DNNL_ARG_DIFF_SHIFT, shifts},
      {DNNL_ARG_MEAN, wrap(plan->channels, mean)},
      {DNNL_ARG_VARIANCE, wrap(plan->channels, variance)},
      {DNNL_ARG_SCRATCHPAD, lease->memory(Workspace::scratchpad, plan->scratchpad)}};
    if (activation == fer_dnn_rectified) arguments[DNNL_ARG_WORKSPACE] = wrap(plan->workspace, workspace);
    if (normalizationBackwardReadsShift) arguments[DNNL_ARG_SHIFT] = wrap(plan->channels, shift);
    plan->primitive.execute(lease->stream, arguments);
    lease->stream.wait();
    const auto *freshScale = static_cast<const float *>(scales.get_data_handle());
    const auto *freshShift = static_cast<const float *>(shifts.get_data_handle());
    for (int32_t c = 0; c < shape->channels; c++) {
      scaleGradient[c] += freshScale[c];
      shiftGradient[c] += freshShift[c];
    }
  });
}

#endif

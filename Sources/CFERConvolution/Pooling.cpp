#include "Primitives.hpp"

#if FER_DNN_AVAILABLE

#include "Cache.hpp"
#include "Status.hpp"
#include "Workspace.hpp"

namespace fer {
namespace {

struct PoolingShapes {
  Description source, destination;
  Window window;

  explicit PoolingShapes(const fer_dnn_pooling &p)
      : source(nhwc(p.input)),
        destination(nhwc(
          {p.input.batch, (p.input.height + 2 * p.padding_height - p.kernel_height) / p.stride_height + 1,
           (p.input.width + 2 * p.padding_width - p.kernel_width) / p.stride_width + 1, p.input.channels})),
        window{
          {p.kernel_height, p.kernel_width}, {p.stride_height, p.stride_width}, {p.padding_height, p.padding_width}} {}
};

struct ForwardPlan {
  PoolingShapes shapes;
  Description scratchpad, workspace;
  PoolingForward primitive;

  ForwardPlan(const fer_dnn_pooling &pooling, dnnl::algorithm algorithm, dnnl::prop_kind kind) : shapes(pooling) {
    const auto description =
      poolingForward(kind, algorithm, shapes.source, shapes.destination, shapes.window, userScratchpad());
    scratchpad = description.scratchpad_desc();
    workspace = description.workspace_desc();
    primitive = PoolingForward(description);
  }

  void run(const float *input, float *output, void *records) const {
    const Lease lease;
    std::unordered_map<int, dnnl::memory> arguments{
      {DNNL_ARG_SRC, wrap(shapes.source, input)},
      {DNNL_ARG_DST, wrap(shapes.destination, output)},
      {DNNL_ARG_SCRATCHPAD, lease->memory(Workspace::scratchpad, scratchpad)}};
    if (records) arguments[DNNL_ARG_WORKSPACE] = wrap(workspace, records);
    primitive.execute(lease->stream, arguments);
    lease->stream.wait();
  }
};

struct BackwardPlan {
  PoolingShapes shapes;
  Description scratchpad, workspace;
  PoolingBackward primitive;

  BackwardPlan(const fer_dnn_pooling &pooling, dnnl::algorithm algorithm) : shapes(pooling) {
    const auto forward = poolingForward(
      dnnl::prop_kind::forward_training, algorithm, shapes.source, shapes.destination, shapes.window,
      userScratchpad());
    const auto description = poolingBackward(
      algorithm, shapes.source, shapes.destination, shapes.window, userScratchpad(), forward);
    scratchpad = description.scratchpad_desc();
    workspace = forward.workspace_desc();
    primitive = PoolingBackward(description);
  }

  void run(const float *gradient, float *inputGradient, const void *records) const {
    const Lease lease;
    std::unordered_map<int, dnnl::memory> arguments{
      {DNNL_ARG_DIFF_DST, wrap(shapes.destination, gradient)},
      {DNNL_ARG_DIFF_SRC, wrap(shapes.source, inputGradient)},
      {DNNL_ARG_SCRATCHPAD, lease->memory(Workspace::scratchpad, scratchpad)}};
    if (records) arguments[DNNL_ARG_WORKSPACE] = wrap(workspace, records);
    primitive.execute(lease->stream, arguments);
    lease->stream.wait();
  }
};

std::shared_ptr<const ForwardPlan> maximumPlan(const fer_dnn_pooling &pooling, bool records) {
  const auto kind = records ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
  return plan<ForwardPlan>(
    makeKey(records ? Kind::maximumForward : Kind::maximumInference, pooling), pooling, dnnl::algorithm::pooling_max,
    kind);
}

/// The whole picture as one window.
fer_dnn_pooling global(const fer_dnn_shape &shape) {
  return {shape, shape.height, shape.width, 1, 1, 0, 0};
}

}  // namespace
}  // namespace fer

using namespace fer;

extern "C" int64_t fer_dnn_maximum_pooling_workspace(const fer_dnn_pooling *pooling) {
  int64_t size = -1;
  guarded("maximum pooling", [&] { size = static_cast<int64_t>(maximumPlan(*pooling, true)->workspace.get_size()); });
  return size;
}

extern "C" int32_t fer_dnn_maximum_pooling_forward(
  const fer_dnn_pooling *pooling, const float *input, float *output, void *workspace) {
  return guarded(
    "maximum pooling", [&] { maximumPlan(*pooling, workspace != nullptr)->run(input, output, workspace); });
}

extern "C" int32_t fer_dnn_maximum_pooling_backward(
  const fer_dnn_pooling *pooling, const float *gradient, const void *workspace, float *inputGradient) {
  return guarded("maximum pooling, backward", [&] {
    plan<BackwardPlan>(makeKey(Kind::maximumBackward, *pooling), *pooling, dnnl::algorithm::pooling_max)
      ->run(gradient, inputGradient, workspace);
  });
}

extern "C" int32_t fer_dnn_average_pooling_forward(const fer_dnn_shape *shape, const float *input, float *output) {
  return guarded("average pooling", [&] {
    const auto pooling = global(*shape);
    plan<ForwardPlan>(
      makeKey(Kind::averageForward, pooling), pooling, dnnl::algorithm::pooling_avg_exclude_padding,
      dnnl::prop_kind::forward_training)
      ->run(input, output, nullptr);
  });
}

extern "C" int32_t fer_dnn_average_pooling_backward(
  const fer_dnn_shape *shape, const float *gradient, float *inputGradient) {
  return guarded("average pooling, backward", [&] {
    const auto pooling = global(*shape);
    plan<BackwardPlan>(
      makeKey(Kind::averageBackward, pooling), pooling, dnnl::algorithm::pooling_avg_exclude_padding)
      ->run(gradient, inputGradient, nullptr);
  });
}

#endif

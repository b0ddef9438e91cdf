#include "Convolution.hpp"

#if FER_DNN_AVAILABLE

#include "Cache.hpp"
#include "Status.hpp"

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

  explicit ForwardPlan(const fer_dnn_convolution &convolution)
      : shapes(convolution),
        description(convolutionForward(
          dnnl::prop_kind::forward_training, shapes.source, shapes.weights, nullptr, shapes.destination, shapes.window,
          userScratchpad())),
        primitive(description),
        scratchpad(description.scratchpad_desc()),
        weights(shapes.plainWeights, description.weights_desc()) {}
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

  explicit BackwardDataPlan(const fer_dnn_convolution &convolution)
      : shapes(convolution),
        description(convolutionBackwardData(
          shapes.source, shapes.weights, shapes.destination, shapes.window, userScratchpad(), hint(shapes))),
        primitive(description),
        scratchpad(description.scratchpad_desc()),
        weights(shapes.plainWeights, description.weights_desc()) {}
};

dnnl::primitive_attr adding() {
  dnnl::primitive_attr attributes = userScratchpad();
  dnnl::post_ops operations;
  operations.append_sum(1.0f);
  attributes.set_post_ops(operations);
  return attributes;
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

  explicit BackwardWeightsPlan(const fer_dnn_convolution &convolution)
      : shapes(convolution),
        description(convolutionBackwardWeights(
          shapes.source, shapes.weights, shapes.destination, shapes.window, userScratchpad(), hint(shapes))),
        primitive(description),
        scratchpad(description.scratchpad_desc()),
        weights(description.diff_weights_desc()),
        additionDescription(engine(), weights, engine(), shapes.plainWeights, adding()),
        addition(additionDescription),
        additionScratchpad(additionDescription.scratchpad_desc()) {}
};

}  // namespace
}  // namespace fer

using namespace fer;

extern "C" int32_t fer_dnn_convolution_forward(
  const fer_dnn_convolution *convolution, const float *input, const float *weights, float *output) {
  return guarded("convolution", [&] {
    const auto plan = fer::plan<ForwardPlan>(makeKey(Kind::convolutionForward, *convolution), *convolution);
    const Lease lease;
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

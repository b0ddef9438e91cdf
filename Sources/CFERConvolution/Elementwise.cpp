#include "Primitives.hpp"

#if FER_DNN_AVAILABLE

#include "Cache.hpp"
#include "Status.hpp"
#include "Workspace.hpp"

namespace fer {
namespace {

struct AdditionPlan {
  Description data, scratchpad;
  dnnl::binary primitive;

  AdditionPlan(int64_t count, fer_dnn_activation activation) : data(floats({count}, Layout::x)) {
    dnnl::primitive_attr attributes = userScratchpad();
    dnnl::post_ops operations;
    if (activation == fer_dnn_rectified) appendRectifier(operations);
    attributes.set_post_ops(operations);
    const auto description = addition(data, attributes);
    scratchpad = description.scratchpad_desc();
    primitive = dnnl::binary(description);
  }
};

struct RectifierPlan {
  Description data, scratchpad;
  dnnl::eltwise_backward primitive;

  explicit RectifierPlan(int64_t count) : data(floats({count}, Layout::x)) {
    const auto description = rectifierBackward(data, userScratchpad(), rectifierForward(data, userScratchpad()));
    scratchpad = description.scratchpad_desc();
    primitive = dnnl::eltwise_backward(description);
  }
};

}  // namespace
}  // namespace fer

using namespace fer;

extern "C" int32_t fer_dnn_add(
  int64_t count, fer_dnn_activation activation, const float *a, const float *b, float *output) {
  if (count == 0) return 0;
  return guarded("addition", [&] {
    const auto plan = fer::plan<AdditionPlan>(makeKey(Kind::addition, {count, activation}), count, activation);
    const Lease lease;
    // The primitive works in place on its first operand; a sum does not mind which one that is.
    const float *first = output == b ? b : a;
    const float *second = output == b ? a : b;
    plan->primitive.execute(
      lease->stream, {{DNNL_ARG_SRC_0, wrap(plan->data, first)},
                      {DNNL_ARG_SRC_1, wrap(plan->data, second)},
                      {DNNL_ARG_DST, wrap(plan->data, output)},
                      {DNNL_ARG_SCRATCHPAD, lease->memory(Workspace::scratchpad, plan->scratchpad)}});
    lease->stream.wait();
  });
}

extern "C" int32_t fer_dnn_rectifier_backward(
  int64_t count, const float *output, const float *gradient, float *inputGradient) {
  if (count == 0) return 0;
  return guarded("rectifier, backward", [&] {
    const auto plan = fer::plan<RectifierPlan>(makeKey(Kind::rectifierBackward, {count}), count);
    const Lease lease;
    plan->primitive.execute(
      lease->stream, {{DNNL_ARG_DST, wrap(plan->data, output)},
                      {DNNL_ARG_DIFF_DST, wrap(plan->data, gradient)},
                      {DNNL_ARG_DIFF_SRC, wrap(plan->data, inputGradient)},
                      {DNNL_ARG_SCRATCHPAD, lease->memory(Workspace::scratchpad, plan->scratchpad)}});
    lease->stream.wait();
  });
}

#endif

#include "Convolution.hpp"

#if FER_DNN_AVAILABLE

#include "Status.hpp"

#include <list>
#include <memory>
#include <mutex>
#include <vector>

namespace fer {
namespace {

dnnl::primitive_attr afterwards(bool accumulates, bool rectified) {
  dnnl::primitive_attr attributes = userScratchpad();
  dnnl::post_ops operations;
  if (accumulates) operations.append_sum(1.0f);
  if (rectified) appendRectifier(operations);
  attributes.set_post_ops(operations);
  return attributes;
}

}  // namespace
}  // namespace fer

using namespace fer;

/// The weights in one layout that the library asked for.
struct PackedWeights {
  Description description;
  Buffer values;
};

/// The convolution prepared for one size of input and one thread count.
struct PackedPlan {
  fer_dnn_shape input;
  int32_t threads;
  Description source, destination, scratchpad;
  dnnl::convolution_forward primitive;
  const PackedWeights *weights;
};

struct fer_dnn_packed {
  fer_dnn_convolution convolution;
  dnnl::primitive_attr attributes;
  bool hasBias;
  std::vector<float> bias;

  std::mutex mutex;
  std::list<PackedWeights> layouts;                 // rarely more than one
  std::list<std::shared_ptr<const PackedPlan>> plans;  // the most recently used first
  static constexpr size_t capacity = 16;

  fer_dnn_packed(
    const fer_dnn_convolution &convolution, const float *weights, const float *bias, bool rectified, bool accumulates)
      : convolution(convolution), attributes(afterwards(accumulates, rectified)), hasBias(bias != nullptr) {
    if (bias) this->bias.assign(bias, bias + convolution.output_channels);
    const ConvolutionShapes shapes(convolution);
    const auto description = describe(shapes);
    layout(description.weights_desc(), wrap(shapes.plainWeights, weights));
    plans.push_front(make(convolution.input, shapes, description));
  }

  dnnl::convolution_forward::primitive_desc describe(const ConvolutionShapes &shapes) const {
    const Description biases = floats({convolution.output_channels}, Layout::x);
    return convolutionForward(
      dnnl::prop_kind::forward_inference, shapes.source, shapes.weights, hasBias ? &biases : nullptr,
      shapes.destination, shapes.window, attributes);
  }

  /// The weights in the wanted layout: kept from before, or converted from `given`.
  const PackedWeights *layout(const Description &wanted, const dnnl::memory &given) {
    for (const auto &kept : layouts)
      if (kept.description == wanted) return &kept;
    layouts.emplace_back();
    PackedWeights &added = layouts.back();
    added.description = wanted;
    dnnl::memory from = given;
    dnnl::memory to = wrap(wanted, added.values.reserve(wanted.get_size()));
    dnnl::stream stream(engine());
    dnnl::reorder(from, to).execute(stream, from, to);
    stream.wait();
    return &added;
  }

  std::shared_ptr<const PackedPlan> make(
    const fer_dnn_shape &input, const ConvolutionShapes &shapes,
    const dnnl::convolution_forward::primitive_desc &description) {
    const PackedWeights &first = layouts.front();
    const auto *weights = layout(description.weights_desc(), wrap(first.description, first.values.data()));
    return std::make_shared<const PackedPlan>(PackedPlan{
      input, fer_dnn_threads(), shapes.source, shapes.destination, description.scratchpad_desc(),
      dnnl::convolution_forward(description), weights});
  }

  std::shared_ptr<const PackedPlan> plan(int32_t batch, int32_t height, int32_t width) {
    const std::lock_guard<std::mutex> lock(mutex);
    const int32_t threads = fer_dnn_threads();
    for (auto position = plans.begin(); position != plans.end(); ++position) {
      const auto &p = **position;
      if (p.input.batch != batch || p.input.height != height || p.input.width != width || p.threads != threads) continue;
      plans.splice(plans.begin(), plans, position);
      return plans.front();
    }
    fer_dnn_convolution resized = convolution;
    resized.input = {batch, height, width, convolution.input.channels};
    const ConvolutionShapes shapes(resized);
    plans.push_front(make(resized.input, shapes, describe(shapes)));
    if (plans.size() > capacity) plans.pop_back();
    return plans.front();
  }
};

extern "C" fer_dnn_packed *fer_dnn_packed_create(
  const fer_dnn_convolution *convolution, const float *weights, const float *bias, int32_t rectified,
  int32_t accumulates) {
  fer_dnn_packed *packed = nullptr;
  guarded("packed convolution", [&] {
    packed = new fer_dnn_packed(*convolution, weights, bias, rectified != 0, accumulates != 0);
  });
  return packed;
}

extern "C" int32_t fer_dnn_packed_run(
  fer_dnn_packed *packed, int32_t batch, int32_t height, int32_t width, const float *input, float *output) {
  return guarded("packed convolution", [&] {
    const auto plan = packed->plan(batch, height, width);
    const Lease lease;
    std::unordered_map<int, dnnl::memory> arguments{
      {DNNL_ARG_SRC, wrap(plan->source, input)},
      {DNNL_ARG_WEIGHTS, wrap(plan->weights->description, plan->weights->values.data())},
      {DNNL_ARG_DST, wrap(plan->destination, output)},
      {DNNL_ARG_SCRATCHPAD, lease->memory(Workspace::scratchpad, plan->scratchpad)}};
    if (packed->hasBias)
      arguments[DNNL_ARG_BIAS] = wrap(floats({packed->convolution.output_channels}, Layout::x), packed->bias.data());
    plan->primitive.execute(lease->stream, arguments);
    lease->stream.wait();
  });
}

extern "C" void fer_dnn_packed_destroy(fer_dnn_packed *packed) { delete packed; }

#endif

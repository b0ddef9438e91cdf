#include "Convolution.hpp"

#if FER_DNN_AVAILABLE

#include "Status.hpp"

#include <cstring>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

using namespace fer;

namespace {

/// The weights in one layout.
struct PackedWeights {
  Description description;
  Buffer values;
  bool used;  // by a plan; the caller's own layout is only kept until the library has asked for another
};

/// What a plan is prepared for.
struct PackedKey {
  int32_t batch, height, width, threads;
  bool accumulates;

  bool operator==(const PackedKey &other) const {
    return batch == other.batch && height == other.height && width == other.width && threads == other.threads &&
           accumulates == other.accumulates;
  }
};

struct PackedPlan {
  PackedKey key;
  Description source, destination, scratchpad;
  dnnl::convolution_forward primitive;
  const PackedWeights *weights;
  dnnl::reorder copy;  // brings a residual into the output; only where the plan accumulates
};

Attributes afterwards(bool accumulates, bool rectified) {
  Attributes attributes = userScratchpad();
  dnnl::post_ops operations;
  if (accumulates) operations.append_sum(1.0f);
  if (rectified) appendRectifier(operations);
  attributes.set_post_ops(operations);
  return attributes;
}

}  // namespace

struct fer_dnn_packed {
  fer_dnn_packed(const fer_dnn_convolution &convolution, const float *weights, const float *bias, bool rectified)
      : convolution(convolution), rectified(rectified) {
    if (bias) this->bias.assign(bias, bias + convolution.output_channels);
    const Description plain = floats(
      {convolution.output_channels, convolution.input.channels, convolution.kernel_height, convolution.kernel_width},
      Layout::oihw);
    layouts.push_back({plain, Buffer(), false});
    std::memcpy(layouts.back().values.reserve(plain.get_size()), weights, plain.get_size());
  }

  void run(
    int32_t batch, int32_t height, int32_t width, const float *input, const float *residual, float *output) {
    const auto plan = this->plan({batch, height, width, fer_dnn_threads(), residual != nullptr});
    const Lease lease;
    const dnnl::memory scratchpad = lease->memory(Workspace::scratchpad, plan->scratchpad);
    const dnnl::memory destination = wrap(plan->destination, output);
    if (residual && residual != output) {
      const dnnl::memory source = wrap(plan->destination, residual);
      plan->copy.execute(lease->stream, {{DNNL_ARG_FROM, source}, {DNNL_ARG_TO, destination}});
    }
    std::unordered_map<int, dnnl::memory> arguments{
      {DNNL_ARG_SRC, wrap(plan->source, input)},
      {DNNL_ARG_WEIGHTS, wrap(plan->weights->description, plan->weights->values.data())},
      {DNNL_ARG_DST, destination},
      {DNNL_ARG_SCRATCHPAD, scratchpad}};
    if (!bias.empty()) arguments[DNNL_ARG_BIAS] = wrap(biasDescription(), bias.data());
    plan->primitive.execute(lease->stream, arguments);
    lease->stream.wait();
  }

private:
  const fer_dnn_convolution convolution;
  const bool rectified;
  std::vector<float> bias;

  std::mutex mutex;
  std::list<PackedWeights> layouts;                    // the one to convert from first; rarely more than one
  std::list<std::shared_ptr<const PackedPlan>> plans;  // the most recently used first
  static constexpr size_t capacity = 16;

  Description biasDescription() const { return floats({convolution.output_channels}, Layout::x); }

  dnnl::convolution_forward::primitive_desc describe(const ConvolutionShapes &shapes, bool accumulates) const {
    const Description biases = biasDescription();
    return convolutionForward(
      dnnl::prop_kind::forward_inference, shapes.source, shapes.weights, bias.empty() ? nullptr : &biases,
      shapes.destination, shapes.window, afterwards(accumulates, rectified));
  }

  /// The weights in the wanted layout: kept from before, or converted.
  const PackedWeights *layout(const Description &wanted) {
    for (auto &kept : layouts) {
      if (kept.description != wanted) continue;
      kept.used = true;
      return &kept;
    }
    PackedWeights added{wanted, Buffer(), true};
    dnnl::memory from = wrap(layouts.front().description, layouts.front().values.data());
    dnnl::memory to = wrap(wanted, added.values.reserve(wanted.get_size()));
    dnnl::stream stream(engine());
    dnnl::reorder(from, to).execute(stream, from, to);
    stream.wait();
    layouts.push_back(std::move(added));
    if (!layouts.front().used) layouts.pop_front();
    return &layouts.back();
  }

  std::shared_ptr<const PackedPlan> plan(const PackedKey &key) {
    const std::lock_guard<std::mutex> lock(mutex);
    for (auto position = plans.begin(); position != plans.end(); ++position) {
      if (!((*position)->key == key)) continue;
      plans.splice(plans.begin(), plans, position);
      return plans.front();
    }
    plans.push_front(make(key));
    if (plans.size() > capacity) plans.pop_back();
    return plans.front();
  }

  std::shared_ptr<const PackedPlan> make(const PackedKey &key) {
    fer_dnn_convolution resized = convolution;
    resized.input = {key.batch, key.height, key.width, convolution.input.channels};
    const ConvolutionShapes shapes(resized);
    const auto description = describe(shapes, key.accumulates);
    PackedPlan plan{
      key, shapes.source, shapes.destination, description.scratchpad_desc(), dnnl::convolution_forward(description),
      layout(description.weights_desc()), dnnl::reorder()};
    if (key.accumulates)
      plan.copy =
        dnnl::reorder(dnnl::reorder::primitive_desc(engine(), shapes.destination, engine(), shapes.destination));
    return std::make_shared<const PackedPlan>(std::move(plan));
  }
};

extern "C" fer_dnn_packed *fer_dnn_packed_create(
  const fer_dnn_convolution *convolution, const float *weights, const float *bias, int32_t rectified) {
  fer_dnn_packed *packed = nullptr;
  guarded(
    "packed convolution", [&] { packed = new fer_dnn_packed(*convolution, weights, bias, rectified != 0); });
  return packed;
}

extern "C" int32_t fer_dnn_packed_run(
  fer_dnn_packed *packed, int32_t batch, int32_t height, int32_t width, const float *input, const float *residual,
  float *output) {
  return guarded("packed convolution", [&] { packed->run(batch, height, width, input, residual, output); });
}

extern "C" void fer_dnn_packed_destroy(fer_dnn_packed *packed) { delete packed; }

#endif

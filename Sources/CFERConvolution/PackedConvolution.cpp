#include "Convolution.hpp"

#if FER_DNN_AVAILABLE

#include "ShiftedConvolution.hpp"
#include "Status.hpp"

#include <cstring>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

using namespace fer;

namespace {

/// The weights in one layout.
struct PackedWeights {
  Description description;
  Buffer values;
  int64_t slices;  // 9 for a shifted convolution, whose slices are described, and else 1
  bool used;  // by a plan; the caller's own layout is only kept until the library has asked for another
};

/// What a plan is prepared for.
struct PackedKey {
  int32_t batch, height, width, threads;
  fer_dnn_shifts shifts;
  bool accumulates;

  bool operator==(const PackedKey &other) const {
    return batch == other.batch && height == other.height && width == other.width && threads == other.threads &&
           shifts == other.shifts && accumulates == other.accumulates;
  }
};

struct PackedPlan {
  PackedKey key;
  Description source, destination, scratchpad;
  dnnl::convolution_forward primitive;
  const PackedWeights *weights;
  dnnl::reorder copy;  // brings a residual into the output; only where the plan accumulates
  std::optional<ShiftedConvolution> shifted;  // in place of the primitive and the copy
};

}  // namespace

struct fer_dnn_packed {
  fer_dnn_packed(const fer_dnn_convolution &convolution, const float *weights, const float *bias, bool rectified)
      : convolution(convolution), rectified(rectified) {
    if (bias) this->bias.assign(bias, bias + convolution.output_channels);
    const Description plain = plainDescription();
    layouts.push_back({plain, Buffer(), 1, false});
    std::memcpy(layouts.back().values.reserve(plain.get_size()), weights, plain.get_size());
  }

  void run(
    int32_t batch, int32_t height, int32_t width, const float *input, const float *residual, float *output) {
    const auto plan = this->plan({batch, height, width, fer_dnn_threads(), shifts(), residual != nullptr});
    const Lease lease;
    if (plan->shifted) {
      const float *biases = bias.empty() ? nullptr : bias.data();
      return plan->shifted->run(*lease, input, plan->weights->values.data(), biases, residual, output);
    }
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

  Description plainDescription() const {
    return floats(
      {convolution.output_channels, convolution.input.channels, convolution.kernel_height, convolution.kernel_width},
      Layout::oihw);
  }

  Description biasDescription() const { return floats({convolution.output_channels}, Layout::x); }

  dnnl::convolution_forward::primitive_desc describe(const ConvolutionShapes &shapes, bool accumulates) const {
    const Description biases = biasDescription();
    return convolutionForward(
      dnnl::prop_kind::forward_inference, shapes.source, shapes.weights, bias.empty() ? nullptr : &biases,
      shapes.destination, shapes.window, afterwards(accumulates, rectified));
  }

  /// The weights in the wanted layout: kept from before, or converted.
  const PackedWeights *layout(const Description &wanted) {
    if (const auto *kept = find(wanted, 1)) return kept;
    PackedWeights added{wanted, Buffer(), 1, true};
    convert(wanted, added.values.reserve(wanted.get_size()));
    return keep(std::move(added));
  }

  /// The slices of a shifted convolution.
  const PackedWeights *layout(const ShiftedConvolution &shifted) {
    if (const auto *kept = find(shifted.slice(), 9)) return kept;
    Buffer plain;
    void *values = plain.reserve(plainDescription().get_size());
    convert(plainDescription(), values);
    PackedWeights added{shifted.slice(), Buffer(), 9, true};
    Workspace workspace;
    shifted.pack(workspace, static_cast<const float *>(values), added.values.reserve(shifted.packedSize()));
    workspace.stream.wait();
    return keep(std::move(added));
  }

  const PackedWeights *find(const Description &wanted, int64_t slices) {
    for (auto &kept : layouts) {
      if (kept.slices != slices || kept.description != wanted) continue;
      kept.used = true;
      return &kept;
    }
    return nullptr;
  }

  const PackedWeights *keep(PackedWeights added) {
    layouts.push_back(std::move(added));
    if (!layouts.front().used) layouts.pop_front();
    return &layouts.back();
  }

  /// Writes the weights in a layout, from the one that was kept first.
  void convert(const Description &wanted, void *values) {
    const PackedWeights &kept = layouts.front();
    dnnl::stream stream(engine());
    const auto reorder = [&](const Description &from, const void *source, const Description &to, void *target) {
      dnnl::memory given = wrap(from, source), converted = wrap(to, target);
      dnnl::reorder(given, converted).execute(stream, given, converted);
      stream.wait();
    };
    if (kept.slices == 1) return reorder(kept.description, kept.values.data(), wanted, values);
    Buffer buffer;
    auto *plain = static_cast<float *>(buffer.reserve(plainDescription().get_size()));
    const auto slices = Slices::forward(convolution.input.channels);
    for (int64_t k = 0; k < 9; k++) {
      const size_t offset = static_cast<size_t>(k) * sliceSize(kept.description);
      const auto *slice = static_cast<const char *>(kept.values.data()) + offset;
      const auto shape = slices.description(convolution.output_channels, convolution.input.channels);
      reorder(kept.description, slice, shape, plain + slices.offset(k / 3, k % 3));
    }
    reorder(plainDescription(), plain, wanted, values);
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
    PackedPlan plan;
    plan.key = key;
    plan.source = shapes.source;
    plan.destination = shapes.destination;
    if (ShiftedGrid::replaces(description.impl_info_str(), resized)) {
      const ShiftedGrid grid(resized, ShiftedConvolution::bytesAtOnce);
      const Finish finish{!bias.empty(), key.accumulates, rectified};
      plan.shifted.emplace(grid, Slices::forward(grid.inputChannels), finish);
      plan.weights = layout(*plan.shifted);
      return std::make_shared<const PackedPlan>(std::move(plan));
    }
    plan.scratchpad = description.scratchpad_desc();
    plan.primitive = dnnl::convolution_forward(description);
    plan.weights = layout(description.weights_desc());
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

#pragma once

#include "Library.hpp"

#if FER_DNN_AVAILABLE

#include <cstring>

// How primitives are described: the only file that depends on the library's major version. Version 2 describes an
// operation first and prepares the description for an engine; version 3 does both at once.
namespace fer {

using Description = dnnl::memory::desc;
using Attributes = dnnl::primitive_attr;

/// Scratch memory is ours, so that a primitive made on one thread runs on any.
inline Attributes userScratchpad() {
  Attributes attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

/// Whether an implementation of a convolution over NHWC is one that leaves a third of the processor's speed or more
/// unused. Only version 2 was measured: in version 3 others stand before these.
inline bool isSlowWithoutAVX512(const char *implementation) {
  return DNNL_VERSION_MAJOR == 2 && std::strcmp(implementation, "jit:avx2") == 0;
}

/// A window's movement, in rows and columns.
struct Window {
  Dimensions kernel, stride, padding;
};

#if DNNL_VERSION_MAJOR == 2

template <class Primitive, class... Arguments>
typename Primitive::primitive_desc describe(const Attributes &attributes, const Arguments &...arguments) {
  return {typename Primitive::desc(arguments...), attributes, engine()};
}

template <class Primitive, class Hint, class... Arguments>
typename Primitive::primitive_desc describeBackward(
  const Attributes &attributes, const Hint &forward, const Arguments &...arguments) {
  return {typename Primitive::desc(arguments...), attributes, engine(), forward};
}

inline void appendRectifier(dnnl::post_ops &operations) {
  operations.append_eltwise(1.0f, dnnl::algorithm::eltwise_relu, 0.0f, 0.0f);
}

/// Whether the backward pass of a normalization counts the shift among its inputs.
constexpr bool normalizationBackwardReadsShift = true;

using PoolingForward = dnnl::pooling_v2_forward;
using PoolingBackward = dnnl::pooling_v2_backward;

inline dnnl::batch_normalization_forward::primitive_desc normalizationForward(
  const Description &data, float epsilon, dnnl::normalization_flags flags, const Attributes &attributes) {
  return describe<dnnl::batch_normalization_forward>(
    attributes, dnnl::prop_kind::forward_training, data, epsilon, flags);
}

inline dnnl::batch_normalization_backward::primitive_desc normalizationBackward(
  const Description &data, float epsilon, dnnl::normalization_flags flags, const Attributes &attributes,
  const dnnl::batch_normalization_forward::primitive_desc &forward) {
  return describeBackward<dnnl::batch_normalization_backward>(
    attributes, forward, dnnl::prop_kind::backward, data, data, epsilon, flags);
}

inline dnnl::eltwise_forward::primitive_desc rectifierForward(const Description &data, const Attributes &attributes) {
  return describe<dnnl::eltwise_forward>(
    attributes, dnnl::prop_kind::forward_training, dnnl::algorithm::eltwise_relu_use_dst_for_bwd, data, 0.0f, 0.0f);
}

inline dnnl::eltwise_backward::primitive_desc rectifierBackward(
  const Description &data, const Attributes &attributes, const dnnl::eltwise_forward::primitive_desc &forward) {
  return describeBackward<dnnl::eltwise_backward>(
    attributes, forward, dnnl::algorithm::eltwise_relu_use_dst_for_bwd, data, data, 0.0f, 0.0f);
}

#else

template <class Primitive, class... Arguments>
typename Primitive::primitive_desc describe(const Attributes &attributes, const Arguments &...arguments) {
  return {engine(), arguments..., attributes};
}

template <class Primitive, class Hint, class... Arguments>
typename Primitive::primitive_desc describeBackward(
  const Attributes &attributes, const Hint &forward, const Arguments &...arguments) {
  return {engine(), arguments..., forward, attributes};
}

inline void appendRectifier(dnnl::post_ops &operations) {
  operations.append_eltwise(dnnl::algorithm::eltwise_relu, 0.0f, 0.0f);
}

constexpr bool normalizationBackwardReadsShift = false;

using PoolingForward = dnnl::pooling_forward;
using PoolingBackward = dnnl::pooling_backward;

inline dnnl::batch_normalization_forward::primitive_desc normalizationForward(
  const Description &data, float epsilon, dnnl::normalization_flags flags, const Attributes &attributes) {
  return describe<dnnl::batch_normalization_forward>(
    attributes, dnnl::prop_kind::forward_training, data, data, epsilon, flags);
}

inline dnnl::batch_normalization_backward::primitive_desc normalizationBackward(
  const Description &data, float epsilon, dnnl::normalization_flags flags, const Attributes &attributes,
  const dnnl::batch_normalization_forward::primitive_desc &forward) {
  return describeBackward<dnnl::batch_normalization_backward>(
    attributes, forward, dnnl::prop_kind::backward, data, data, data, epsilon, flags);
}

inline dnnl::eltwise_forward::primitive_desc rectifierForward(const Description &data, const Attributes &attributes) {
  return describe<dnnl::eltwise_forward>(
    attributes, dnnl::prop_kind::forward_training, dnnl::algorithm::eltwise_relu_use_dst_for_bwd, data, data, 0.0f,
    0.0f);
}

inline dnnl::eltwise_backward::primitive_desc rectifierBackward(
  const Description &data, const Attributes &attributes, const dnnl::eltwise_forward::primitive_desc &forward) {
  return describeBackward<dnnl::eltwise_backward>(
    attributes, forward, dnnl::algorithm::eltwise_relu_use_dst_for_bwd, data, data, data, 0.0f, 0.0f);
}

#endif

/// What happens to a result on its way out: it is added to what lies there, and becomes max(0, ·).
inline Attributes afterwards(bool accumulates, bool rectified) {
  Attributes attributes = userScratchpad();
  dnnl::post_ops operations;
  if (accumulates) operations.append_sum(1.0f);
  if (rectified) appendRectifier(operations);
  attributes.set_post_ops(operations);
  return attributes;
}

inline dnnl::convolution_forward::primitive_desc convolutionForward(
  dnnl::prop_kind kind, const Description &source, const Description &weights, const Description *bias,
  const Description &destination, const Window &window, const Attributes &attributes) {
  const auto algorithm = dnnl::algorithm::convolution_direct;
  if (bias)
    return describe<dnnl::convolution_forward>(
      attributes, kind, algorithm, source, weights, *bias, destination, window.stride, window.padding, window.padding);
  return describe<dnnl::convolution_forward>(
    attributes, kind, algorithm, source, weights, destination, window.stride, window.padding, window.padding);
}

inline dnnl::convolution_backward_data::primitive_desc convolutionBackwardData(
  const Description &source, const Description &weights, const Description &destination, const Window &window,
  const Attributes &attributes, const dnnl::convolution_forward::primitive_desc &forward) {
  return describeBackward<dnnl::convolution_backward_data>(
    attributes, forward, dnnl::algorithm::convolution_direct, source, weights, destination, window.stride,
    window.padding, window.padding);
}

inline dnnl::convolution_backward_weights::primitive_desc convolutionBackwardWeights(
  const Description &source, const Description &weights, const Description &destination, const Window &window,
  const Attributes &attributes, const dnnl::convolution_forward::primitive_desc &forward) {
  return describeBackward<dnnl::convolution_backward_weights>(
    attributes, forward, dnnl::algorithm::convolution_direct, source, weights, destination, window.stride,
    window.padding, window.padding);
}

inline PoolingForward::primitive_desc poolingForward(
  dnnl::prop_kind kind, dnnl::algorithm algorithm, const Description &source, const Description &destination,
  const Window &window, const Attributes &attributes) {
  return describe<PoolingForward>(
    attributes, kind, algorithm, source, destination, window.stride, window.kernel, Dimensions{0, 0}, window.padding,
    window.padding);
}

inline PoolingBackward::primitive_desc poolingBackward(
  dnnl::algorithm algorithm, const Description &source, const Description &destination, const Window &window,
  const Attributes &attributes, const PoolingForward::primitive_desc &forward) {
  return describeBackward<PoolingBackward>(
    attributes, forward, algorithm, source, destination, window.stride, window.kernel, Dimensions{0, 0},
    window.padding, window.padding);
}

inline dnnl::binary::primitive_desc addition(const Description &data, const Attributes &attributes) {
  return describe<dnnl::binary>(attributes, dnnl::algorithm::binary_add, data, data, data);
}

}  // namespace fer

#endif

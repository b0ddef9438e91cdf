#pragma once

#include "Library.hpp"

#if FER_DNN_AVAILABLE

// How a primitive is described: the only place that depends on the library's major version.
namespace fer {

using Description = dnnl::memory::desc;

/// A window's movement, in rows and columns.
struct Window {
  Dimensions kernel, stride, padding;
};

inline dnnl::convolution_forward::primitive_desc convolutionForward(
  dnnl::prop_kind kind, const Description &source, const Description &weights, const Description *bias,
  const Description &destination, const Window &window, const dnnl::primitive_attr &attributes) {
  const auto algorithm = dnnl::algorithm::convolution_direct;
  if (bias)
    return {
      {kind, algorithm, source, weights, *bias, destination, window.stride, window.padding, window.padding},
      attributes, engine()};
  return {
    {kind, algorithm, source, weights, destination, window.stride, window.padding, window.padding}, attributes,
    engine()};
}

inline dnnl::convolution_backward_data::primitive_desc convolutionBackwardData(
  const Description &source, const Description &weights, const Description &destination, const Window &window,
  const dnnl::primitive_attr &attributes, const dnnl::convolution_forward::primitive_desc &forward) {
  const auto algorithm = dnnl::algorithm::convolution_direct;
  return {
    {algorithm, source, weights, destination, window.stride, window.padding, window.padding}, attributes, engine(),
    forward};
}

inline dnnl::convolution_backward_weights::primitive_desc convolutionBackwardWeights(
  const Description &source, const Description &weights, const Description &destination, const Window &window,
  const dnnl::primitive_attr &attributes, const dnnl::convolution_forward::primitive_desc &forward) {
  const auto algorithm = dnnl::algorithm::convolution_direct;
  return {
    {algorithm, source, weights, destination, window.stride, window.padding, window.padding}, attributes, engine(),
    forward};
}

inline dnnl::batch_normalization_forward::primitive_desc normalizationForward(
  const Description &data, float epsilon, dnnl::normalization_flags flags, const dnnl::primitive_attr &attributes) {
  return {{dnnl::prop_kind::forward_training, data, epsilon, flags}, attributes, engine()};
}

inline dnnl::batch_normalization_backward::primitive_desc normalizationBackward(
  const Description &data, float epsilon, dnnl::normalization_flags flags, const dnnl::primitive_attr &attributes,
  const dnnl::batch_normalization_forward::primitive_desc &forward) {
  return {{dnnl::prop_kind::backward, data, data, epsilon, flags}, attributes, engine(), forward};
}

inline dnnl::pooling_forward::primitive_desc poolingForward(
  dnnl::prop_kind kind, dnnl::algorithm algorithm, const Description &source, const Description &destination,
  const Window &window, const dnnl::primitive_attr &attributes) {
  return {
    {kind, algorithm, source, destination, window.stride, window.kernel, window.padding, window.padding}, attributes,
    engine()};
}

inline dnnl::pooling_backward::primitive_desc poolingBackward(
  dnnl::algorithm algorithm, const Description &source, const Description &destination, const Window &window,
  const dnnl::primitive_attr &attributes, const dnnl::pooling_forward::primitive_desc &forward) {
  return {
    {algorithm, source, destination, window.stride, window.kernel, window.padding, window.padding}, attributes,
    engine(), forward};
}

inline dnnl::binary::primitive_desc addition(const Description &data, const dnnl::primitive_attr &attributes) {
  return {{dnnl::algorithm::binary_add, data, data, data}, attributes, engine()};
}

inline dnnl::eltwise_forward::primitive_desc rectifierForward(const Description &data) {
  return {
    {dnnl::prop_kind::forward_training, dnnl::algorithm::eltwise_relu_use_dst_for_bwd, data, 0.0f, 0.0f}, engine()};
}

inline dnnl::eltwise_backward::primitive_desc rectifierBackward(
  const Description &data, const dnnl::primitive_attr &attributes,
  const dnnl::eltwise_forward::primitive_desc &forward) {
  return {
    {dnnl::algorithm::eltwise_relu_use_dst_for_bwd, data, data, 0.0f, 0.0f}, attributes, engine(), forward};
}

inline void appendRectifier(dnnl::post_ops &operations) {
  operations.append_eltwise(1.0f, dnnl::algorithm::eltwise_relu, 0.0f, 0.0f);
}

}  // namespace fer

#endif

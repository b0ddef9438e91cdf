#pragma once

#include "Library.hpp"

#if FER_DNN_AVAILABLE

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>

namespace fer {

/// What a prepared primitive is for.
enum class Kind : int64_t {
  convolutionForward,
  convolutionBackwardData,
  convolutionBackwardWeights,
  normalizationForward,
  normalizationBackward,
  maximumForward,
  maximumInference,
  maximumBackward,
  averageForward,
  averageBackward,
  addition,
  rectifierBackward,
};

/// A primitive's kind, the calling thread's thread count (which primitives are built for) and its shape.
using Key = std::array<int64_t, 16>;

Key makeKey(Kind kind, std::initializer_list<int64_t> shape);
Key makeKey(Kind kind, const fer_dnn_convolution &convolution);
Key makeKey(Kind kind, const fer_dnn_pooling &pooling);

/// The kept plan for a key, or null.
std::shared_ptr<const void> find(const Key &key);

/// Keeps a plan; the least recently used one beyond the capacity goes.
void keep(const Key &key, std::shared_ptr<const void> plan);

/// The plan for a key: the kept one, or one made now. Making one compiles machine code, so it happens outside the lock;
/// of two threads that make the same plan at once, both work and the later one stays.
template <class Plan, class... Arguments>
std::shared_ptr<const Plan> plan(const Key &key, const Arguments &...arguments) {
  if (auto kept = find(key)) return std::static_pointer_cast<const Plan>(kept);
  auto made = std::make_shared<const Plan>(arguments...);
  keep(key, made);
  return made;
}

}  // namespace fer

#endif

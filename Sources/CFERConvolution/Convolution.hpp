#pragma once

#include "Primitives.hpp"

#if FER_DNN_AVAILABLE

#include "Workspace.hpp"

#include <optional>

namespace fer {

/// A convolution's tensors as the library describes them; the weights are left to its choice.
struct ConvolutionShapes {
  Description source, weights, plainWeights, destination;
  Window window;

  explicit ConvolutionShapes(const fer_dnn_convolution &convolution);
};

/// A change of layout, prepared once; absent where both layouts are the same.
class Conversion {
public:
  Conversion(const Description &from, const Description &to);

  /// The contents of `address` in the second layout: in scratch memory, or in place where nothing has to change.
  dnnl::memory operator()(Workspace &workspace, Workspace::Slot slot, const void *address) const;

private:
  Description from, to;
  Description scratchpad;
  std::optional<dnnl::reorder> reorder;
};

}  // namespace fer

#endif

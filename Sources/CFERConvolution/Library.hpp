#pragma once

#include "CFERConvolution.h"

// Without the library's headers the sources of this target compile to nothing.
#if FER_DNN_AVAILABLE

#include <oneapi/dnnl/dnnl.hpp>

#include <cstddef>

#if DNNL_VERSION_MAJOR < 2 || DNNL_VERSION_MAJOR > 3 || (DNNL_VERSION_MAJOR == 2 && DNNL_VERSION_MINOR < 6)
#error "CFERConvolution is written against oneDNN 2.6 and later and oneDNN 3. Install one of these (Debian: libdnnl-dev), or build without the trait OneDNN."
#endif

namespace fer {

/// The processor as the library sees it.
const dnnl::engine &engine();

using Dimensions = dnnl::memory::dims;
using Layout = dnnl::memory::format_tag;

/// A dense description of 32-bit floats.
inline dnnl::memory::desc floats(const Dimensions &sizes, Layout layout) {
  return dnnl::memory::desc(sizes, dnnl::memory::data_type::f32, layout);
}

inline dnnl::memory::desc nhwc(const fer_dnn_shape &shape) {
  return floats({shape.batch, shape.channels, shape.height, shape.width}, Layout::nhwc);
}

/// The library reads and writes through untyped pointers; inputs are never written.
inline dnnl::memory wrap(const dnnl::memory::desc &description, const void *address) {
  return dnnl::memory(description, engine(), const_cast<void *>(address));
}

}  // namespace fer

#endif

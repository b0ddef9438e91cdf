#include "Cache.hpp"

#if FER_DNN_AVAILABLE

#include "ShiftedGrid.hpp"
#include "Workspace.hpp"

#include <algorithm>
#include <list>
#include <map>
#include <mutex>
#include <stdexcept>

namespace fer {

Key makeKey(Kind kind, std::initializer_list<int64_t> shape) {
  Key key{};
  if (shape.size() + 2 > key.size()) throw std::logic_error("a key is too short for its shape");
  key[0] = static_cast<int64_t>(kind);
  key[1] = fer_dnn_threads();
  std::copy(shape.begin(), shape.end(), key.begin() + 2);
  return key;
}

Key makeKey(Kind kind, const fer_dnn_convolution &c) {
  return makeKey(
    kind, {c.input.batch, c.input.height, c.input.width, c.input.channels, c.output_channels, c.kernel_height,
           c.kernel_width, c.stride_height, c.stride_width, c.padding_height, c.padding_width, shifts()});
}

Key makeKey(Kind kind, const fer_dnn_pooling &p) {
  return makeKey(
    kind, {p.input.batch, p.input.height, p.input.width, p.input.channels, p.kernel_height, p.kernel_width,
           p.stride_height, p.stride_width, p.padding_height, p.padding_width});
}

namespace {

struct Cache {
  using Entry = std::pair<Key, std::shared_ptr<const void>>;

  std::mutex mutex;
  std::list<Entry> entries;  // the most recently used first
  std::map<Key, std::list<Entry>::iterator> positions;
  size_t capacity = 512;

  void shrink(size_t limit) {
    while (entries.size() > limit) {
      positions.erase(entries.back().first);
      entries.pop_back();
    }
  }
};

Cache &cache() {
  static Cache *shared = new Cache;
  return *shared;
}

}  // namespace

std::shared_ptr<const void> find(const Key &key) {
  const std::lock_guard<std::mutex> lock(cache().mutex);
  const auto position = cache().positions.find(key);
  if (position == cache().positions.end()) return nullptr;
  cache().entries.splice(cache().entries.begin(), cache().entries, position->second);
  return position->second->second;
}

void keep(const Key &key, std::shared_ptr<const void> plan) {
  const std::lock_guard<std::mutex> lock(cache().mutex);
  const auto position = cache().positions.find(key);
  if (position != cache().positions.end()) {
    position->second->second = std::move(plan);
    return;
  }
  cache().entries.emplace_front(key, std::move(plan));
  cache().positions.emplace(key, cache().entries.begin());
  cache().shrink(cache().capacity);
}

}  // namespace fer

extern "C" size_t fer_dnn_cache_count(void) {
  const std::lock_guard<std::mutex> lock(fer::cache().mutex);
  return fer::cache().entries.size();
}

extern "C" void fer_dnn_cache_set_capacity(size_t capacity) {
  const std::lock_guard<std::mutex> lock(fer::cache().mutex);
  fer::cache().capacity = capacity;
  fer::cache().shrink(capacity);
}

extern "C" void fer_dnn_cache_empty(void) {
  {
    const std::lock_guard<std::mutex> lock(fer::cache().mutex);
    fer::cache().shrink(0);
  }
  fer::emptyWorkspaces();
  // The library keeps a cache of its own; a capacity of zero empties it.
  int capacity = 0;
  if (dnnl_get_primitive_cache_capacity(&capacity) == dnnl_success) {
    dnnl_set_primitive_cache_capacity(0);
    dnnl_set_primitive_cache_capacity(capacity);
  }
}

#endif

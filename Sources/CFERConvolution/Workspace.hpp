#pragma once

#include "Library.hpp"

#if FER_DNN_AVAILABLE

#include <cstdlib>
#include <memory>

namespace fer {

/// Memory aligned for the widest vectors, which grows and never shrinks.
class Buffer {
public:
  Buffer() = default;
  Buffer(const Buffer &) = delete;
  Buffer &operator=(const Buffer &) = delete;
  Buffer(Buffer &&other) noexcept : address(other.address), size(other.size) {
    other.address = nullptr;
    other.size = 0;
  }
  ~Buffer() { std::free(address); }

  /// At least `bytes` bytes; earlier contents may be gone.
  void *reserve(size_t bytes);

  void *data() const { return address; }

private:
  void *address = nullptr;
  size_t size = 0;
};

/// What one call needs for its duration: a stream and scratch memory.
struct Workspace {
  enum Slot { scratchpad, first, second, third, slots };

  dnnl::stream stream{engine()};
  Buffer buffers[slots];

  dnnl::memory memory(Slot slot, const dnnl::memory::desc &description) {
    return wrap(description, buffers[slot].reserve(description.get_size()));
  }
};

/// Borrows a workspace from those that are idle and hands it back at the end of the scope, so that a steady sequence
/// of calls allocates nothing, whichever threads they come from.
class Lease {
public:
  Lease();
  ~Lease();
  Lease(const Lease &) = delete;
  Lease &operator=(const Lease &) = delete;

  Workspace *operator->() const { return workspace.get(); }
  Workspace &operator*() const { return *workspace; }

private:
  std::unique_ptr<Workspace> workspace;
};

/// Releases the workspaces that no call is using.
void emptyWorkspaces() noexcept;

}  // namespace fer

#endif

#include "Workspace.hpp"

#if FER_DNN_AVAILABLE

#include <mutex>
#include <new>
#include <vector>

namespace fer {

void *Buffer::reserve(size_t bytes) {
  if (bytes <= size && address) return address;
  const size_t rounded = (bytes + 4095) / 4096 * 4096;
  std::free(address);
  size = 0;
  address = std::aligned_alloc(4096, rounded == 0 ? 4096 : rounded);
  if (!address) throw std::bad_alloc();
  size = rounded;
  return address;
}

namespace {

struct Idle {
  std::mutex mutex;
  std::vector<std::unique_ptr<Workspace>> workspaces;
};

Idle &idle() {
  static Idle *shared = new Idle;
  return *shared;
}

}  // namespace

Lease::Lease() {
  {
    const std::lock_guard<std::mutex> lock(idle().mutex);
    auto &workspaces = idle().workspaces;
    if (!workspaces.empty()) {
      workspace = std::move(workspaces.back());
      workspaces.pop_back();
    }
  }
  if (!workspace) workspace = std::make_unique<Workspace>();
}

Lease::~Lease() {
  const std::lock_guard<std::mutex> lock(idle().mutex);
  try {
    idle().workspaces.push_back(std::move(workspace));
  } catch (const std::bad_alloc &) {
    // The workspace is released instead of kept.
  }
}

void emptyWorkspaces() noexcept {
  std::vector<std::unique_ptr<Workspace>> released;
  const std::lock_guard<std::mutex> lock(idle().mutex);
  released.swap(idle().workspaces);
}

}  // namespace fer

#endif

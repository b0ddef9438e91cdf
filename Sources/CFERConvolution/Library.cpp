#include "Library.hpp"

#if FER_DNN_AVAILABLE

#include "Status.hpp"

#include <cstdio>
#include <dlfcn.h>

namespace fer {

const dnnl::engine &engine() {
  // Never destroyed: kernels may still run on detached threads while the process leaves.
  static const dnnl::engine *processor = new dnnl::engine(dnnl::engine::kind::cpu, 0);
  return *processor;
}

static thread_local char message[256] = "";

void record(const char *call, const char *reason) noexcept {
  std::snprintf(message, sizeof message, "oneDNN: %s: %s", call, reason);
}

/// An entry point of the OpenMP runtime that the library is linked with. Its headers and its compiler flag are not
/// needed for that, and where the library was built on another thread pool there is none.
template <class Function>
static Function *runtime(const char *name) {
  return reinterpret_cast<Function *>(dlsym(RTLD_DEFAULT, name));
}

}  // namespace fer

extern "C" const char *fer_dnn_message(void) { return fer::message; }

extern "C" int32_t fer_dnn_version(void) {
  const dnnl_version_t *version = dnnl_version();
  return version->major * 10000 + version->minor * 100 + version->patch;
}

extern "C" int32_t fer_dnn_set_threads(int32_t count) {
  static auto *const set = fer::runtime<void(int)>("omp_set_num_threads");
  if (!set || count < 1) {
    fer::record("threads", set ? "the count must be positive" : "this build has no OpenMP runtime to set");
    return -1;
  }
  set(count);
  return 0;
}

extern "C" int32_t fer_dnn_threads(void) {
  static auto *const get = fer::runtime<int()>("omp_get_max_threads");
  return get ? get() : 1;
}

#endif

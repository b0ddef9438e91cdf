#include "Library.hpp"

#if FER_DNN_AVAILABLE

#include "Status.hpp"

#include <atomic>
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

namespace {

/// What the threads of one call share. Each begins with the index of its own number, so that it finds in its caches what
/// it had there the last time, and then takes the next one that is left.
struct Turns {
  ptrdiff_t count;
  void (*task)(void *, ptrdiff_t);
  void *context;
  std::atomic<ptrdiff_t> taken{0};

  void take(ptrdiff_t number, ptrdiff_t threads) {
    for (ptrdiff_t index = number; index < count; index = threads + taken.fetch_add(1, std::memory_order_relaxed)) {
      task(context, index);
    }
  }
};

}  // namespace

extern "C" void fer_dnn_run(ptrdiff_t count, void (*task)(void *, ptrdiff_t), void *context) {
  static auto *const parallel = fer::runtime<void(void (*)(void *), void *, unsigned, unsigned)>("GOMP_parallel");
  static auto *const number = fer::runtime<int()>("omp_get_thread_num");
  static auto *const size = fer::runtime<int()>("omp_get_num_threads");
  Turns turns{count, task, context};
  if (count < 2 || !parallel || !number || !size) return turns.take(0, 1);
  // With all threads, whatever the count: the pool ends those that a smaller team leaves over, and starts them anew.
  parallel([](void *shared) { static_cast<Turns *>(shared)->take(number(), size()); }, &turns, 0, 0);
}

#endif

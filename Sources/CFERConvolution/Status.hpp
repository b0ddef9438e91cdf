#pragma once

#include "Library.hpp"

#if FER_DNN_AVAILABLE

#include <exception>
#include <new>

namespace fer {

/// Records the sentence that `fer_dnn_message` returns on this thread.
void record(const char *call, const char *reason) noexcept;

/// Runs a body that may throw and turns what it throws into a code: no exception leaves this target.
template <class Body>
int32_t guarded(const char *call, Body &&body) noexcept {
  try {
    body();
    return 0;
  } catch (const dnnl::error &error) {
    record(call, error.message);
    return error.status == dnnl_success ? -1 : static_cast<int32_t>(error.status);
  } catch (const std::bad_alloc &) {
    record(call, "out of memory");
    return dnnl_out_of_memory;
  } catch (const std::exception &error) {
    record(call, error.what());
    return -1;
  } catch (...) {
    record(call, "unknown failure");
    return -1;
  }
}

}  // namespace fer

#endif

#include "Library.hpp"

#if FER_DNN_AVAILABLE

#include "Status.hpp"

extern "C" int32_t fer_dnn_multiplies(void) {
  return (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core) == dnnl_cpu_isa_avx512_core;
}

extern "C" int32_t fer_dnn_multiply(
  int32_t transpose_a, int32_t transpose_b, int64_t m, int64_t n, int64_t k, float alpha, const float *a, int64_t a_row,
  const float *b, int64_t b_row, float beta, float *c, int64_t c_row) {
  const dnnl_status_t status = dnnl_sgemm(
    transpose_a ? 'T' : 'N', transpose_b ? 'T' : 'N', m, n, k, alpha, a, a_row, b, b_row, beta, c, c_row);
  if (status != dnnl_success) fer::record("matrix product", "the library refused it");
  return status;
}

#endif

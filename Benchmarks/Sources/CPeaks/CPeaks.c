#include "CPeaks.h"

#pragma clang fp contract(fast)

// Twelve chains: enough to fill two units whose multiply-add takes four cycles, and few enough for 16 registers.
#define CHAINS 12

#define MULTIPLY_ADD(name, target, bytes)                                                                             \
  typedef float name##_vector __attribute__((vector_size(bytes)));                                                    \
  target static double name(size_t rounds, float *sink) {                                                             \
    name##_vector chain[CHAINS], factor, term;                                                                        \
    for (size_t lane = 0; lane < sizeof factor / sizeof(float); lane++) {                                             \
      factor[lane] = 0.999f;                                                                                          \
      term[lane] = 0.001f;                                                                                            \
      for (int i = 0; i < CHAINS; i++) chain[i][lane] = (float)(i + 1);                                               \
    }                                                                                                                 \
    for (size_t round = 0; round < rounds; round++) {                                                                 \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < CHAINS; i++) chain[i] = chain[i] * factor + term;        \
    }                                                                                                                 \
    for (int i = 1; i < CHAINS; i++) chain[0] += chain[i];                                                            \
    *sink = chain[0][0];                                                                                              \
    return 2.0 * CHAINS * (double)(sizeof factor / sizeof(float)) * (double)rounds;                                   \
  }

MULTIPLY_ADD(portable, , 16)

#if defined(__x86_64__)
MULTIPLY_ADD(avx2, __attribute__((target("avx2,fma"))), 32)
MULTIPLY_ADD(avx512, __attribute__((target("avx512f"))), 64)
#endif

double peaks_multiply_add(size_t rounds, float *sink) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return avx512(rounds, sink);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2(rounds, sink);
#endif
  return portable(rounds, sink);
}

void peaks_add_scaled(size_t count, float scale, const float *restrict x, float *restrict y) {
  for (size_t i = 0; i < count; i++) y[i] += scale * x[i];
}

#include "CPeaks.h"

#include <math.h>
#include <string.h>

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

void peaks_scale(size_t count, float scale, const float *restrict x, float *restrict y) {
  for (size_t i = 0; i < count; i++) y[i] = scale * x[i];
}

// Four chains: enough for a comparison and a selection of some cycles each, and few enough for 16 registers.
#define COMPARING 4

#define COMPARE(name, target, bytes)                                                                                  \
  typedef float name##_numbers __attribute__((vector_size(bytes)));                                                   \
  typedef int32_t name##_places __attribute__((vector_size(bytes)));                                                  \
  target static void name(                                                                                            \
    size_t rows, size_t columns, size_t classes, const float *x, const float *centers, int32_t *chosen) {             \
    const size_t width = bytes / sizeof(float), count = columns * classes;                                            \
    for (size_t row = 0; row < rows; row++, x += columns, chosen += columns) {                                        \
      name##_numbers own[COMPARING], best[COMPARING];                                                                 \
      name##_places nearest[COMPARING];                                                                               \
      for (int i = 0; i < COMPARING; i++) {                                                                           \
        memcpy(&own[i], x + (size_t)i * width, bytes);                                                                \
        best[i] = (name##_numbers){0} + INFINITY;                                                                     \
        nearest[i] = (name##_places){0};                                                                              \
      }                                                                                                               \
      name##_places place = {0};                                                                                      \
      for (size_t j = 0; j < count; j += COMPARING * width) {                                                         \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < COMPARING; i++) {                                      \
          name##_numbers center;                                                                                      \
          memcpy(&center, centers + j + (size_t)i * width, bytes);                                                    \
          name##_places gap = (name##_places)(own[i] - center) & 0x7fffffff;                                          \
          name##_places nearer = (name##_numbers)gap < best[i];                                                       \
          best[i] = (name##_numbers)((gap & nearer) | ((name##_places)best[i] & ~nearer));                            \
          nearest[i] = (place & nearer) | (nearest[i] & ~nearer);                                                     \
        }                                                                                                             \
        place += 1;                                                                                                   \
      }                                                                                                               \
      for (size_t j = 0; j < columns; j += width) {                                                                   \
        name##_places read;                                                                                           \
        memcpy(&read, x + j, bytes);                                                                                  \
        read ^= nearest[j / width % COMPARING];                                                                       \
        memcpy(chosen + j, &read, bytes);                                                                             \
      }                                                                                                               \
    }                                                                                                                 \
  }

COMPARE(portable_compare, , 16)

#if defined(__x86_64__)
COMPARE(avx2_compare, __attribute__((target("avx2"))), 32)
COMPARE(avx512_compare, __attribute__((target("avx512f"))), 64)
#endif

void peaks_compare(
  size_t rows, size_t columns, size_t classes, const float *x, const float *centers, int32_t *chosen) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return avx512_compare(rows, columns, classes, x, centers, chosen);
  if (__builtin_cpu_supports("avx2")) return avx2_compare(rows, columns, classes, x, centers, chosen);
#endif
  portable_compare(rows, columns, classes, x, centers, chosen);
}

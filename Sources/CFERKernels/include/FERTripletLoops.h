// Vectorised loops over the candidates of one anchor, and over its triplets, for float and double.
//
// As in CFERKernels.h every function exists twice, `_f32` and `_f64`.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef FER_F32
#define FER_F32(name) name##_f32
#define FER_F64(name) name##_f64
#endif

/// Who is a candidate: samples of the class `own` or, if `others`, of all classes but this. Samples of a class below 0
/// are none, nor is `except`, which may be -1. Functions take NULL for everyone.
typedef struct {
  const int32_t *classes;
  int32_t own;
  bool others;
  ptrdiff_t except;
} fer_candidates;

#define FER_DECLARE_TRIPLETS(T, NAME)                                                                                 \
  /* The candidate at the largest distance, the first of equals; -1 without any. Distances are not negative. */       \
  ptrdiff_t NAME(fer_farthest)(ptrdiff_t count, const T *distances, const fer_candidates *who);                       \
  /* The candidate at the smallest distance above `beyond`, the first of equals; -1 without any. */                   \
  ptrdiff_t NAME(fer_nearest)(ptrdiff_t count, const T *distances, const fer_candidates *who, T beyond);              \
  /* For each bound the place of the smallest distance above it, as above; -1 without any. */                          \
  void NAME(fer_nearest_beyond)(ptrdiff_t count, const T *distances, ptrdiff_t bounds, const T *beyond,               \
                                int32_t *places);                                                                     \
  /* The sum over all pairs of max(0, positives[i] - keys[j]); adds the number of those above 0 to the positives' */  \
  /* slopes, takes it from those of the keys, and returns the number of all in `active`. */                           \
  double NAME(fer_hinges)(ptrdiff_t near, ptrdiff_t far, const T *positives, const T *keys, T *positive_slopes,       \
                          T *key_slopes, double *active);

FER_DECLARE_TRIPLETS(float, FER_F32)
FER_DECLARE_TRIPLETS(double, FER_F64)
#undef FER_DECLARE_TRIPLETS

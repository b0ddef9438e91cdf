// Vectorised loops of batch normalization and pooling, for float and double.
//
// Activations are matrices of pixels by channels: [rows, channels], contiguous and row-major. They serve the backends
// that only multiply matrices. As in CFERKernels.h every function exists twice, `_f32` and `_f64`, and a pointer that
// may be NULL says so.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef FER_F32
#define FER_F32(name) name##_f32
#define FER_F64(name) name##_f64
#endif

#define FER_DECLARE_NETWORK(T, NAME)                                                                                  \
  /* sums[c] += sum over rows of x[c] */                                                                              \
  void NAME(fer_channel_sums)(ptrdiff_t rows, ptrdiff_t channels, const T *x, double *sums);                          \
  /* sums[c] += sum over rows of (x[c] - mean[c])^2 */                                                                \
  void NAME(fer_channel_squares)(ptrdiff_t rows, ptrdiff_t channels, const T *x, const T *mean, double *sums);        \
  /* sums[c] += sum over rows of g[c]; products[c] += sum over rows of g[c] * (x[c] - mean[c]) */                     \
  void NAME(fer_channel_products)(ptrdiff_t rows, ptrdiff_t channels, const T *g, const T *x, const T *mean,          \
                                  double *sums, double *products);                                                    \
  /* y[c] = x[c] * slope[c] + offset[c] + residual[c], negative results set to zero if rectified. slope (then 1) */    \
  /* and residual (then 0) may be NULL; y may be x. */                                                                    \
  void NAME(fer_scale_shift)(ptrdiff_t rows, ptrdiff_t channels, const T *x, const T *slope, const T *offset,         \
                             const T *residual, bool rectified, T *y);                                                \
  /* y[c] = slope[c] * (g[c] - constant[c] - (x[c] - mean[c]) * linear[c]); y may be g. */                            \
  void NAME(fer_normalization_gradient)(ptrdiff_t rows, ptrdiff_t channels, const T *g, const T *x, const T *mean,    \
                                        const T *slope, const T *constant, const T *linear, T *y);                    \
  /* gradient[i] = 0 where output[i] is not positive */                                                               \
  void NAME(fer_mask)(ptrdiff_t count, const T *output, T *gradient);                                                 \
  /* target[i] += source[i] */                                                                                        \
  void NAME(fer_add)(ptrdiff_t count, const T *source, T *target);                                                    \
  /* The largest of the pixels in rows top..<bottom and columns left..<right of a picture of `width` pixels a row, */ \
  /* and where it stands; the first among equals, and a NaN before numbers. */                                        \
  void NAME(fer_largest_pixel)(ptrdiff_t channels, ptrdiff_t width, ptrdiff_t top, ptrdiff_t bottom, ptrdiff_t left,  \
                               ptrdiff_t right, const T *picture, T *largest, int32_t *winners);                      \
  /* picture[winners[i]] += gradient[i], for `pixels` outputs of one picture. */                                      \
  void NAME(fer_scatter_winners)(ptrdiff_t pixels, ptrdiff_t channels, const int32_t *winners, const T *gradient,     \
                                 T *picture);

FER_DECLARE_NETWORK(float, FER_F32)
FER_DECLARE_NETWORK(double, FER_F64)
#undef FER_DECLARE_NETWORK

// Vectorised loops over all pairs of rows of two matrices, for float and double.
//
// As in CFERKernels.h every function exists twice, `_f32` and `_f64`, and matrices are contiguous and row-major.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef FER_F32
#define FER_F32(name) name##_f32
#define FER_F64(name) name##_f64
#endif

/// What is summed over the coordinates of two rows x and y, d = x - y, and the slope that stands for its derivative by
/// x; that by y is the slope with x and y exchanged.
typedef enum {
  FER_PAIR_SQUARE,     // d^2, slope d: half the derivative
  FER_PAIR_MAGNITUDE,  // |d|, slope sign(d)
  FER_PAIR_POWER,      // |d|^p, slope sign(d) |d|^(p - 1): the derivative divided by p
  FER_PAIR_PRODUCT,    // x y, slope y
  FER_PAIR_RATIO,      // d^2 / (x + y + p), slope q (2 - q) with q = d / (x + y + p)
  FER_PAIR_SIZE_RATIO,  // d^2 / s with s = max(|x| + |y|, p), slope q (2 - sign(x) q) with q = d / s
} fer_pair_form;

/// Columns of a table of sums that are done at once, while the rows of the other side pass by.
#define FER_PAIR_TILE 16

#define FER_DECLARE_PAIRS(T, NAME)                                                                                    \
  /* sums[i][j] = sum over columns of the form of x[i] and y[j]. If symmetric, y is x and half is computed. Only */    \
  /* columns from `first` to before `last` are done, multiples of FER_PAIR_TILE or the end; of a symmetric matrix */  \
  /* down to the diagonal, and the rows that equal them. Other columns may be done at the same time. */               \
  void NAME(fer_pair_sums)(fer_pair_form form, T p, ptrdiff_t rows, ptrdiff_t others, ptrdiff_t columns, const T *x,  \
                           const T *y, bool symmetric, ptrdiff_t first, ptrdiff_t last, T *sums);                     \
  /* The same for listed rows of x and y alone: sums[row_list[i]][other_list[j]] of a matrix of `stride` columns. */  \
  /* If mirrored, y is x, each sum is written in both orders, and the lists share no row. Other rows may be done */    \
  /* at the same time. */                                                                                             \
  void NAME(fer_pair_block_sums)(fer_pair_form form, T p, ptrdiff_t columns, const T *x, const T *y, ptrdiff_t rows,  \
                                 const int32_t *row_list, ptrdiff_t others, const int32_t *other_list, bool mirrored, \
                                 ptrdiff_t stride, T *sums);                                                          \
  /* y = x, [rows, columns], transposed. */                                                                           \
  void NAME(fer_transpose)(ptrdiff_t rows, ptrdiff_t columns, const T *x, T *y);                                      \
  /* Writes `count` columns of a symmetric matrix of n rows from column `first` on, down to the diagonal, and the */  \
  /* rows that equal them. The part, [first + count, count], is not read below the diagonal. */                       \
  void NAME(fer_pair_mirror)(ptrdiff_t n, ptrdiff_t first, ptrdiff_t count, const T *part, T *sums);                  \
  /* gradient[i] += sum over j of coefficients[i][j] * slope of x[i] and y[j]; `mostly` says that most are not 0. */   \
  void NAME(fer_pair_slopes)(fer_pair_form form, T p, ptrdiff_t rows, ptrdiff_t others, ptrdiff_t columns,            \
                             const T *x, const T *y, const T *coefficients, bool mostly, T *gradient);                \
  /* Whether most coefficients are not 0. */                                                                          \
  bool NAME(fer_pair_mostly)(ptrdiff_t rows, ptrdiff_t others, const T *coefficients);                                \
  /* The gradient of listed pairs: those of row i with places[k] and coefficients[k], starts[i] <= k < starts[i + 1]. */  \
  void NAME(fer_pair_listed_slopes)(fer_pair_form form, T p, ptrdiff_t rows, ptrdiff_t columns, const T *x,           \
                                    const T *y, const int32_t *starts, const int32_t *places, const T *coefficients,  \
                                    T *gradient);                                                                     \
  /* coefficients[i][j] = factor * d^exponent * g for the rows from `first` on, `others` each; 0 where d is 0 and */  \
  /* the exponent is not. Along: d and g are elements (first + i, j) of matrices of `stride` columns; across: */      \
  /* (j, first + i); both: d is symmetric, and g the sum of the two. */                                               \
  void NAME(fer_pair_coefficients)(ptrdiff_t first, ptrdiff_t rows, ptrdiff_t others, ptrdiff_t stride, T factor,     \
                                   T exponent, const T *distances, const T *gradient, bool along, bool across,        \
                                   T *coefficients);                                                                  \
  /* x[j] = x[j]^exponent */                                                                                          \
  void NAME(fer_root)(ptrdiff_t count, T exponent, T *x);                                                             \
  /* units[i] = x[i] / max(norm, 1e-12) by p-norms; norms[i] = 0 where the norm is not above 1e-12. */                \
  void NAME(fer_normalize_rows)(T p, ptrdiff_t rows, ptrdiff_t columns, const T *x, T *units, T *norms);              \
  /* gradient[i] += the gradient by x[i] of units[i], or = where it writes; nothing, or 0, where norms[i] is 0. */    \
  void NAME(fer_normalize_gradient)(T p, ptrdiff_t rows, ptrdiff_t columns, const T *units, const T *norms,           \
                                    const T *unit_gradient, bool writes, T *gradient);                                \
  /* centered[i] = x[i] less its mean, squares[i] = the sum of its squares. */                                        \
  void NAME(fer_center_rows)(ptrdiff_t rows, ptrdiff_t columns, const T *x, T *centered, T *squares);

FER_DECLARE_PAIRS(float, FER_F32)
FER_DECLARE_PAIRS(double, FER_F64)
#undef FER_DECLARE_PAIRS

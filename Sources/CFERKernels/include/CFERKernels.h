// Vectorised loops of the metric losses, for float and double.
//
// Every function exists twice: `fer_name_f32` and `fer_name_f64`. Matrices are contiguous and row-major. A pointer
// that may be NULL says so. On x86-64 Linux with glibc each loop is compiled for three instruction sets and the
// loader picks one; results may therefore differ in the last bit between processors, never between two runs on one.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The arguments of one pass of the triplet-center loss in its default reading: coordinates squashed by the logistic
/// function, inclusion weights on squared distances, hinge. Pointers to numbers point to float in the `_f32` pass and
/// to double in the `_f64` pass.
typedef struct {
  ptrdiff_t rows, columns, classes;
  const void *embeddings;         // [rows, columns], raw
  const void *inclusion;          // [rows, columns] or NULL for ones
  const void *margins;            // [rows]
  const ptrdiff_t *labels;        // [rows]
  const int32_t *negatives;       // [rows], [rows, columns], or NULL for all other classes
  bool negatives_per_coordinate;
  bool average_over_negatives;    // all other classes: mean if true, sum if false
  bool negative_center_gradient;
  const bool *valid;              // [rows]
  const bool *eligible;           // [classes] or NULL for all
  double positive_weight;
  double squash_scale;            // embeddings are multiplied by this before they are squashed
  double row_scale;               // every row's loss is multiplied by this: 1, or 1 / columns
  double gradient_scale;          // every row's gradient besides: loss weight, and 1 / valid rows
  const void *center_values;      // [classes, columns], squashed
  const void *center_slopes;      // [classes, columns]
  void *scratch;                  // 5 * columns
  void *losses;                   // [rows], written
  void *embedding_gradient;       // each: added to, or NULL
  void *center_gradient;
  void *inclusion_gradient;
  void *margin_gradient;          // [rows]
} fer_triplet_center;

/// What one pass saw, summed over the valid rows.
typedef struct {
  double loss, active, margin, positive, negative;
} fer_triplet_center_sums;

#define FER_DECLARE(T, NAME)                                                                                          \
  /* values = logistic(scale * x), slopes = their derivatives by x; slopes may be NULL. Zero slope where */           \
  /* exp(-|scale * x|) would be subnormal. */                                                                         \
  void NAME(fer_squash)(ptrdiff_t count, T scale, const T *x, T *values, T *slopes);                                  \
  /* The index of the first NaN or infinity, or -1. */                                                                \
  ptrdiff_t NAME(fer_first_nonfinite)(ptrdiff_t count, const T *x);                                                   \
  /* selected[j] = the class k != label, eligible, with the smallest |x[j] - centers[k][j]|; lowest k on ties, */     \
  /* -1 where there is none. */                                                                                       \
  void NAME(fer_nearest_coordinates)(ptrdiff_t columns, ptrdiff_t classes, const T *x, const T *centers,              \
                                     ptrdiff_t label, const bool *eligible, int32_t *selected);                       \
  /* distances[k] = sum over j of weights[j] * (x[j] - centers[k][j])^2; weights may be NULL. */                      \
  void NAME(fer_center_distances)(ptrdiff_t columns, ptrdiff_t classes, const T *x, const T *centers,                 \
                                  const T *weights, T *distances);                                                    \
  /* sums[i] = the sum of row i. */                                                                                   \
  void NAME(fer_row_sums)(ptrdiff_t rows, ptrdiff_t columns, const T *matrix, T *sums);                               \
  /* y = y + a x */                                                                                                   \
  void NAME(fer_add_scaled)(ptrdiff_t count, T a, const T *x, T *y);                                                  \
  /* y = y + a */                                                                                                     \
  void NAME(fer_add_constant)(ptrdiff_t count, T a, T *y);                                                            \
  /* y = a */                                                                                                         \
  void NAME(fer_fill)(ptrdiff_t count, T a, T *y);                                                                    \
  /* Softmax cross-entropy of `rows` rows whose numbers are finite. Exactly one of labels and targets is given; */    \
  /* class_weights, included and gradient may be NULL. Row i adds row_scale * its loss to the returned value and */   \
  /* row_scale * gradient_scale times its gradient to gradient. scratch: 2 * classes. */                              \
  double NAME(fer_cross_entropy)(ptrdiff_t rows, ptrdiff_t classes, const T *logits, const ptrdiff_t *labels,         \
                                 const T *targets, const T *class_weights, const bool *included, double smoothing,    \
                                 double row_scale, double gradient_scale, T *gradient, T *scratch);                   \
  fer_triplet_center_sums NAME(fer_triplet_center)(const fer_triplet_center *arguments);

#define FER_F32(name) name##_f32
#define FER_F64(name) name##_f64
FER_DECLARE(float, FER_F32)
FER_DECLARE(double, FER_F64)
#undef FER_DECLARE

/// The largest of `count` class indices, seen as unsigned: a negative index counts as larger than any class.
uint32_t fer_largest_class(ptrdiff_t count, const int32_t *classes);

// Vectorised loops of the metric losses, for float and double.
//
// Every function exists twice: `fer_name_f32` and `fer_name_f64`. Matrices are contiguous and row-major. A pointer
// that may be NULL says so. On x86-64 Linux with glibc each loop is compiled for three instruction sets and the
// loader picks one; results may therefore differ in the last bit between processors, never between two runs on one.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The arguments of one pass of the triplet-center loss: coordinates squashed by the logistic function or as they are,
/// inclusion weights on squared differences, distances or their roots, hinge. Pointers to numbers point to float in the
/// `_f32` pass and to double in the `_f64` pass.
typedef struct {
  ptrdiff_t rows, columns, classes;
  ptrdiff_t all_rows;             // of the batch whose part these are
  const void *embeddings;         // [rows, columns], raw
  const void *inclusion;          // [rows, columns] or NULL for ones
  const void *margins;            // [rows], or NULL for margin_scale * the sum of a row's inclusion weights
  double margin_scale;
  const ptrdiff_t *labels;        // [rows]
  const int32_t *negatives;       // [rows], [rows, columns], or NULL for all other classes
  bool negatives_per_coordinate;
  const void *centers;            // [classes, columns], raw, with negatives [rows] and as many classes as
                                  // fer_triplet_center_synthesises allows: a row whose negative is -1 meets one put
                                  // together from the nearest eligible other center in each coordinate, the lowest on
                                  // ties, of which there has to be one; or NULL
  bool average_over_negatives;    // all other classes: mean if true, sum if false
  bool negative_center_gradient;
  const bool *valid;              // [rows]
  const bool *eligible;           // [classes] or NULL for all
  bool squashes;
  bool writes;                    // gradients, but not the margins', are written instead of added to
  bool checks;                    // stop at a NaN or an infinity among embeddings and inclusion weights of any row
  bool takes_roots;
  double positive_weight, negative_weight;
  double squash_scale;            // embeddings are multiplied by this before they are squashed
  double row_scale;               // every row's loss is multiplied by this: 1, or 1 / columns
  double gradient_scale;          // every row's gradient besides: loss weight, and 1 / valid rows
  const void *center_values;      // [classes, columns], squashed if coordinates are
  const void *center_slopes;      // [classes, columns], ones if not
  void *scratch;                  // the numbers that fer_triplet_center_places names
  void *losses;                   // [rows], written
  void *embedding_gradient;       // each: added to, or written; or NULL
  void *center_gradient;
  void *inclusion_gradient;
  void *margin_gradient;          // [rows], added to
} fer_triplet_center;

/// What one pass saw, summed over the valid rows, and whether all numbers that it looked at were finite.
typedef struct {
  double loss, active, margin, positive, negative;
  bool is_finite;
} fer_triplet_center_sums;

/// The arguments of one pass of the center loss. Pointers to numbers point to float in the `_f32` pass and to double in
/// the `_f64` pass; a gradient that is NULL is not computed.
typedef struct {
  ptrdiff_t rows, columns, classes;
  bool writes;                  // gradients of the rows below, and all of the centers, instead of adding to them
  const ptrdiff_t *indices;     // [rows]: the rows of the batch that take part
  const void *embeddings;       // [batch, columns]
  const void *inverse_lengths;  // [rows], to take directions of embeddings, or NULL to take them as they are
  const void *inclusion;        // [batch, columns] or NULL for ones
  const ptrdiff_t *labels;      // [batch]
  const void *centers;          // [classes, columns]
  double gradient_scale;        // the factor of every distance in the objective
  void *scratch;                // columns, used for directions
  void *distances;              // [rows], written
  void *embedding_gradient;     // each: added to or written, or NULL
  void *center_gradient;
  void *inclusion_gradient;     // not computed without inclusion weights
} fer_center_loss;

#define FER_DECLARE(T, NAME)                                                                                          \
  /* values = logistic(scale * x), slopes = their derivatives by x; slopes may be NULL. Zero slope where */           \
  /* exp(-|scale * x|) would be subnormal. */                                                                         \
  void NAME(fer_squash)(ptrdiff_t count, T scale, const T *x, T *values, T *slopes);                                  \
  /* The index of the first NaN or infinity, or -1. */                                                                \
  ptrdiff_t NAME(fer_first_nonfinite)(ptrdiff_t count, const T *x);                                                   \
  /* For each row i that is wanted, selected[i][j] = the class k != labels[i], eligible, with the smallest */         \
  /* |x[i][j] - centers[k][j]|; lowest k on ties, -1 where there is none. labels are read of wanted rows. scratch: */ \
  /* the numbers that fer_nearest_places names. */                                                                    \
  ptrdiff_t NAME(fer_nearest_places)(ptrdiff_t columns, ptrdiff_t classes);                                           \
  void NAME(fer_nearest_coordinates)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t classes, const T *x,                \
                                     const T *centers, const ptrdiff_t *labels, const bool *wanted,                   \
                                     const bool *eligible, T *scratch, int32_t *selected);                            \
  /* distances[k] = sum over j of weights[j] * (x[j] - centers[k][j])^2; weights may be NULL. */                      \
  void NAME(fer_center_distances)(ptrdiff_t columns, ptrdiff_t classes, const T *x, const T *centers,                 \
                                  const T *weights, T *distances);                                                    \
  /* sums[i] = the sum of row i. */                                                                                   \
  void NAME(fer_row_sums)(ptrdiff_t rows, ptrdiff_t columns, const T *matrix, T *sums);                               \
  /* The sum of x, and of the products of x and y, summed in double. */                                               \
  double NAME(fer_total)(ptrdiff_t count, const T *x);                                                                \
  double NAME(fer_scalar_product)(ptrdiff_t count, const T *x, const T *y);                                                  \
  /* units[i] = x[i] less its mean, of length 1; inverses[i] = 1 / that length, or 0 with a unit of zeros where */    \
  /* the length is at most `rounding` times that of x[i]. */                                                          \
  void NAME(fer_standardize_rows)(ptrdiff_t rows, ptrdiff_t columns, T rounding, const T *x, T *units, T *inverses);  \
  /* gradient += the gradient by a row of its unit. */                                                                \
  void NAME(fer_standardize_gradient)(ptrdiff_t columns, T inverse, const T *unit, const T *unit_gradient,            \
                                      T *gradient);                                                                   \
  /* y = y + a x */                                                                                                   \
  void NAME(fer_add_scaled)(ptrdiff_t count, T a, const T *x, T *y);                                                  \
  /* y = y + a */                                                                                                     \
  void NAME(fer_add_constant)(ptrdiff_t count, T a, T *y);                                                            \
  /* gradient += the gradient by x of values = the logistic function of x, given that by the values. */               \
  void NAME(fer_add_squash_gradient)(ptrdiff_t count, const T *values, const T *value_gradient, T *gradient);         \
  /* y = a */                                                                                                         \
  void NAME(fer_fill)(ptrdiff_t count, T a, T *y);                                                                    \
  /* Softmax cross-entropy of `rows` rows whose numbers are finite. Exactly one of labels and targets is given; */    \
  /* class_weights, included and gradient may be NULL. Row i adds row_scale * its loss to the returned value and */   \
  /* row_scale * gradient_scale times its gradient to gradient. scratch: 2 * classes. */                              \
  double NAME(fer_cross_entropy)(ptrdiff_t rows, ptrdiff_t classes, const T *logits, const ptrdiff_t *labels,         \
                                 const T *targets, const T *class_weights, const bool *included, double smoothing,    \
                                 double row_scale, double gradient_scale, T *gradient, T *scratch);                   \
  ptrdiff_t NAME(fer_triplet_center_places)(ptrdiff_t columns, ptrdiff_t classes);                                    \
  /* Whether the pass puts negatives together for so many classes. */                                                  \
  bool NAME(fer_triplet_center_synthesises)(ptrdiff_t classes);                                                       \
  fer_triplet_center_sums NAME(fer_triplet_center)(const fer_triplet_center *arguments);                              \
  /* The sum of the weighted squared distances of rows to their own centers. It is finite only if all numbers of */   \
  /* these rows and of their centers are. */                                                                          \
  double NAME(fer_center_loss)(const fer_center_loss *arguments);                                                     \
  /* inverse[r] = 1 / the length of row indices[r], 0 for one shorter than 1e-12; unit[r] = that row times it. */     \
  /* indices may be NULL for all rows in order, unit may be NULL. */                                                  \
  void NAME(fer_unit_rows)(ptrdiff_t rows, ptrdiff_t columns, const T *x, const ptrdiff_t *indices, T *inverse,       \
                           T *unit);                                                                                  \
  /* products[r][k] = scales[r] * the product of row indices[r] of x and row k of p. */                               \
  void NAME(fer_row_products)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t vectors, const T *x,                       \
                              const ptrdiff_t *indices, const T *scales, const T *p, T *products);                    \
  /* sines[r] = the sine of the angle between row indices[r] and direction labels[r] of unit, from sums and */         \
  /* differences, so that small angles and those near pi keep their digits. */                                        \
  void NAME(fer_own_sines)(ptrdiff_t rows, ptrdiff_t columns, const T *x, const ptrdiff_t *indices, const T *inverse, \
                           const T *unit, const ptrdiff_t *labels, T *sines);                                         \
  /* Adds weight times the gradient by rows of x of a function whose slopes by the cosines are given, [rows, */       \
  /* vectors]; unit holds the directions of the vectors. */                                                           \
  void NAME(fer_cosine_row_gradient)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t vectors, const T *x,                \
                                     const ptrdiff_t *indices, const T *inverse, const T *unit, const T *cosines,     \
                                     const T *slopes, T weight, T *gradient);                                         \
  /* The same by the directions of the vectors: gradient[k] += weight * sum over r of slopes[r][k] * direction r. */  \
  void NAME(fer_cosine_vector_gradient)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t vectors, const T *x,             \
                                        const ptrdiff_t *indices, const T *inverse, const T *slopes, T weight,        \
                                        T *gradient);                                                                 \
  /* y[indices[r]] += inverse[r] * (x[r] - (x[r] . unit[r]) unit[r]): from the gradient by a direction to that by a */ \
  /* vector. indices may be NULL for all rows in order. writes: y[..] = that, whatever was there. */                  \
  void NAME(fer_add_tangents)(ptrdiff_t rows, ptrdiff_t columns, const T *unit, const T *inverse, const T *x,         \
                              const ptrdiff_t *indices, bool writes, T *y);                                           \
  /* own[r] = the largest cosine of row r with the `members` proxies of its class, other[r] = with all others, or */  \
  /* -1 without any. */                                                                                               \
  void NAME(fer_nearest_cosines)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t members, const ptrdiff_t *labels,       \
                                 const T *cosines, T *own, T *other);                                                 \
  /* losses[r] = the cross-entropy of a row of logits, which is replaced by its gradient, softmax - one-hot. */       \
  void NAME(fer_softmax_slopes)(ptrdiff_t rows, ptrdiff_t classes, const ptrdiff_t *labels, T *logits, T *losses);    \
  /* similarities[r][c] = sum over m of w * cosines[r][c][m] with w = softmax over m of sharpness * cosines; shares */\
  /* = its derivatives by the cosines. */                                                                             \
  void NAME(fer_soft_nearest)(ptrdiff_t rows, ptrdiff_t classes, ptrdiff_t members, T sharpness, const T *cosines,    \
                              T *similarities, T *shares);

#define FER_F32(name) name##_f32
#define FER_F64(name) name##_f64
FER_DECLARE(float, FER_F32)
FER_DECLARE(double, FER_F64)
#undef FER_DECLARE

/// The largest of `count` class indices, seen as unsigned: a negative index counts as larger than any class.
uint32_t fer_largest_class(ptrdiff_t count, const int32_t *classes);

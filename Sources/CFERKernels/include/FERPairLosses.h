// Vectorised losses over a matrix of distances or similarities, for float and double.
//
// As in CFERKernels.h every function exists twice, `_f32` and `_f64`. Pointers to numbers point to float in the `_f32`
// functions and to double in the `_f64` functions.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef FER_F32
#define FER_F32(name) name##_f32
#define FER_F64(name) name##_f64
#endif

/// A matrix over pairs, and which of them are positive and negative: by labels, or by a matrix of relations.
typedef struct {
  ptrdiff_t rows, others;
  const void *distances;          // [rows, others]
  double sign;                    // 1 for distances, -1 for similarities
  const ptrdiff_t *labels;        // [rows]
  const ptrdiff_t *other_labels;  // [others]
  const ptrdiff_t *own;           // [rows] the column that is the row itself, or -1; NULL where there is none
  const void *relations;          // [rows, others] or NULL: +k for a positive that counts k times, -k for a negative
  bool only_positive;             // rows whose loss is not positive get no gradient
  void *scratch;                  // 7 * others
  ptrdiff_t *indices;             // others; read by fer_all_triplets only
  void *gradient;                 // [rows, others], added to, or NULL
} fer_pairs;

/// How many pairs there are, counted as often as they count, their summed distances, and the rows that have both.
typedef struct {
  double positives, negatives, positive_distance, negative_distance;
  ptrdiff_t anchors;
} fer_pair_survey;

/// The sum of losses and how many are positive; for negative pairs apart where positive and negative pairs differ.
typedef struct {
  double loss, active, other_loss, other_active;
} fer_pair_outcome;

/// The sum of the losses of triplets, how many are positive, and how many there are.
typedef struct {
  double loss, active, count;
} fer_triplet_sums;

/// What is exponentiated: c = (alpha, beta, base), (1 / temperature) or (relaxation, scale).
typedef enum {
  FER_EXPONENT_MULTI_SIMILARITY,
  FER_EXPONENT_TEMPERATURE,
  FER_EXPONENT_CIRCLE,
} fer_exponent;

#define FER_DECLARE_PAIR_LOSSES(T, NAME)                                                                              \
  fer_pair_survey NAME(fer_survey_pairs)(const fer_pairs *pairs);                                                     \
  /* Positive pairs: max(0, t - margin); negative pairs: max(0, margin - t). */                                       \
  fer_pair_outcome NAME(fer_contrastive)(const fer_pairs *pairs, double positive_margin, double negative_margin);        \
  /* x[j] times one factor where it is positive and another elsewhere. */                                             \
  void NAME(fer_scale_signs)(ptrdiff_t count, T positive, T negative, T *x);                                          \
  fer_pair_outcome NAME(fer_multi_similarity)(const fer_pairs *pairs, double alpha, double beta, double base);           \
  fer_pair_outcome NAME(fer_supervised_contrast)(const fer_pairs *pairs, double temperature);                            \
  fer_pair_outcome NAME(fer_normalized_temperature)(const fer_pairs *pairs, double temperature);                         \
  fer_pair_outcome NAME(fer_circle)(const fer_pairs *pairs, double relaxation, double scale);                            \
  /* All triplets of a row's positives and negatives whose gap, negative less positive t, lies in (low, high]. The */  \
  /* gap is that of another matrix, `choice`, where it is not NULL. With swap, rows and columns are the same */       \
  /* samples and the nearer of anchor and positive counts. */                                                         \
  fer_triplet_sums NAME(fer_all_triplets)(const fer_pairs *pairs, double margin, bool smooth, bool swap, double low,  \
                                          double high, const T *choice, double choice_sign);

FER_DECLARE_PAIR_LOSSES(float, FER_F32)
FER_DECLARE_PAIR_LOSSES(double, FER_F64)
#undef FER_DECLARE_PAIR_LOSSES

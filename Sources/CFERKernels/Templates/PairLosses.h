// Losses over a matrix of distances or similarities, row by row. A row's relations are +k for a positive that counts k
// times, -k for a negative, 0 for neither. With t = distance, or t = -similarity, small t is near in every loss.
#include "../include/FERPairLosses.h"

// Below every exponent that occurs.
#define FER_LARGEST (sizeof(REAL) == 4 ? (REAL)0x1p126 : (REAL)0x1p1022)

// Largest numbers that are kept side by side.
#define FER_MAXIMA 16

// Twice the inverse hyperbolic tangent of 0 <= z <= 1/3, as a series.
FER_PART REAL NAME(fer_twice_artanh)(REAL z) {
  REAL square = z * z, sum = 0;
  for (int k = sizeof(REAL) == 4 ? 7 : 16; k >= 0; k--) sum = sum * square + (REAL)1 / (REAL)(2 * k + 1);
  return 2 * z * sum;
}

// ln(1 + e) for 0 <= e <= 1.
FER_PART REAL NAME(fer_log_one_plus)(REAL e) { return NAME(fer_twice_artanh)(e / (2 + e)); }

// ln(1 + exp(x)) and its derivative, by one division for both.
FER_PART REAL NAME(fer_softplus)(REAL x, REAL *slope) {
  REAL e = NAME(fer_exp_negative)(x < 0 ? -x : x), one = 1 + e, two = 2 + e, inverse = 1 / (one * two);
  *slope = (x < 0 ? e : 1) * (two * inverse);
  return (x > 0 ? x : 0) + NAME(fer_twice_artanh)(e * (one * inverse));
}

FER_PART REAL NAME(fer_log)(REAL x) { return sizeof(REAL) == 4 ? (REAL)logf((float)x) : (REAL)log((double)x); }

// The relations of row i, made in scratch where there is no matrix of them.
FER_PART const REAL *NAME(fer_relations)(const fer_pairs *p, ptrdiff_t i) {
  if (p->relations) return (const REAL *)p->relations + i * p->others;
  REAL *r = p->scratch;
  ptrdiff_t label = p->labels[i];
  const ptrdiff_t *labels = p->other_labels;
  FER_INDEPENDENT_LOOP
  for (ptrdiff_t j = 0; j < p->others; j++) r[j] = labels[j] == label ? 1 : -1;
  if (p->own && p->own[i] >= 0) r[p->own[i]] = 0;
  return r;
}

FER_KERNEL
fer_pair_survey NAME(fer_survey_pairs)(const fer_pairs *p) {
  ptrdiff_t n = p->others;
  fer_pair_survey survey = {0, 0, 0, 0, 0};
  for (ptrdiff_t i = 0; i < p->rows; i++) {
    FER_SUM_LOOP
    const REAL *r = NAME(fer_relations)(p, i), *d = (const REAL *)p->distances + i * n;
    REAL positives = 0, negatives = 0, near = 0, far = 0;
    for (ptrdiff_t j = 0; j < n; j++) {
      REAL positive = r[j] > 0 ? r[j] : 0, negative = r[j] < 0 ? -r[j] : 0;
      positives += positive;
      negatives += negative;
      near += positive * d[j];
      far += negative * d[j];
    }
    survey.positives += (double)positives;
    survey.negatives += (double)negatives;
    survey.positive_distance += (double)near;
    survey.negative_distance += (double)far;
    survey.anchors += positives > 0 && negatives > 0;
  }
  return survey;
}

FER_KERNEL
fer_pair_outcome NAME(fer_contrastive)(const fer_pairs *p, double positive_margin, double negative_margin) {
  ptrdiff_t n = p->others;
  REAL sign = (REAL)p->sign, near = sign * (REAL)positive_margin, far = sign * (REAL)negative_margin;
  fer_pair_outcome sums = {0, 0, 0, 0};
  for (ptrdiff_t i = 0; i < p->rows; i++) {
    FER_SUM_LOOP
    const REAL *r = NAME(fer_relations)(p, i), *d = (const REAL *)p->distances + i * n;
    REAL loss = 0, active = 0, other_loss = 0, other_active = 0;
    for (ptrdiff_t j = 0; j < n; j++) {
      REAL t = sign * d[j];
      REAL v = r[j] > 0 && t > near ? r[j] : 0, w = r[j] < 0 && t < far ? -r[j] : 0;
      loss += v * (t - near);
      active += v;
      other_loss += w * (far - t);
      other_active += w;
    }
    sums.loss += (double)loss;
    sums.active += (double)active;
    sums.other_loss += (double)other_loss;
    sums.other_active += (double)other_active;
    if (!p->gradient) continue;
    REAL *g = (REAL *)p->gradient + i * n;
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < n; j++) {
      REAL t = sign * d[j];
      REAL v = r[j] > 0 && t > near ? r[j] : 0, w = r[j] < 0 && t < far ? r[j] : 0;
      g[j] += sign * (v + w);
    }
  }
  return sums;
}

FER_KERNEL
void NAME(fer_scale_signs)(ptrdiff_t count, REAL positive, REAL negative, REAL *x) {
  FER_INDEPENDENT_LOOP
  for (ptrdiff_t j = 0; j < count; j++) x[j] *= x[j] > 0 ? positive : negative;
}

// Exponents of a row's pairs, and their largest on either side.
typedef struct {
  REAL positive, negative;  // the largest exponents, or the least number where there is none
} NAME(fer_peaks);

FER_PART REAL NAME(fer_pair_exponent)(fer_exponent form, const REAL *c, REAL r, REAL t) {
  switch (form) {
    case FER_EXPONENT_MULTI_SIMILARITY: return r > 0 ? c[0] * (t - c[2]) : c[1] * (c[2] - t);
    case FER_EXPONENT_TEMPERATURE: return -t * c[0];
    case FER_EXPONENT_CIRCLE: {
      REAL pull = 1 + c[0] + t, push = c[0] - t;
      return r > 0 ? c[1] * (pull > 0 ? pull : 0) * (t + 1 - c[0]) : c[1] * (push > 0 ? push : 0) * (-t - c[0]);
    }
  }
  return 0;
}

// Writes exp(z - peak) of each pair to e, 0 where there is none, and sums them times how often pairs count.
FER_PART NAME(fer_peaks) NAME(fer_row_exponentials)(fer_exponent form, const REAL *c, ptrdiff_t n, REAL sign,
                                                    REAL floor, bool joint, bool counts, const REAL *r, const REAL *d,
                                                    REAL *e, REAL *positive_sum, REAL *negative_sum) {
  FER_SUM_LOOP
  // Lane by lane: a single largest number does not vectorise, as the order of comparisons matters for NaN.
  FER_ALIGNED REAL pulls[FER_MAXIMA], pushes[FER_MAXIMA];
  REAL positive = floor, negative = floor;
  for (ptrdiff_t l = 0; l < FER_MAXIMA; l++) pulls[l] = pushes[l] = floor;
  ptrdiff_t start = 0;
  for (; start + FER_MAXIMA <= n; start += FER_MAXIMA) {
    for (ptrdiff_t l = 0; l < FER_MAXIMA; l++) {
      REAL z = NAME(fer_pair_exponent)(form, c, r[start + l], sign * d[start + l]);
      REAL a = r[start + l] > 0 ? z : floor, b = r[start + l] < 0 ? z : floor;
      pulls[l] = a > pulls[l] ? a : pulls[l];
      pushes[l] = b > pushes[l] ? b : pushes[l];
    }
  }
  for (ptrdiff_t l = 0; l < FER_MAXIMA; l++) {
    positive = pulls[l] > positive ? pulls[l] : positive;
    negative = pushes[l] > negative ? pushes[l] : negative;
  }
  for (ptrdiff_t j = start; j < n; j++) {
    REAL z = NAME(fer_pair_exponent)(form, c, r[j], sign * d[j]);
    REAL a = r[j] > 0 ? z : floor, b = r[j] < 0 ? z : floor;
    positive = a > positive ? a : positive;
    negative = b > negative ? b : negative;
  }
  if (joint) positive = negative = positive > negative ? positive : negative;
  REAL sum = 0, other = 0;
  for (ptrdiff_t j = 0; j < n; j++) {
    REAL z = NAME(fer_pair_exponent)(form, c, r[j], sign * d[j]);
    REAL gap = (r[j] > 0 ? positive : negative) - z;
    REAL x = NAME(fer_exp_negative)(r[j] == 0 ? (REAL)LAST_NORMAL : gap > 0 ? gap : 0);
    REAL k = counts ? (r[j] < 0 ? -r[j] : r[j]) : r[j] == 0 ? 0 : 1;
    x *= k;
    e[j] = x;
    sum += r[j] > 0 ? x : 0;
    other += r[j] < 0 ? x : 0;
  }
  *positive_sum = sum;
  *negative_sum = other;
  NAME(fer_peaks) peaks = {positive, negative};
  return peaks;
}

FER_PART void NAME(fer_count_loss)(fer_pair_outcome *sums, REAL loss) {
  sums->loss += (double)loss;
  sums->active += loss > 0;
}

FER_KERNEL
fer_pair_outcome NAME(fer_multi_similarity)(const fer_pairs *p, double alpha, double beta, double base) {
  ptrdiff_t n = p->others;
  REAL sign = (REAL)p->sign, c[3] = {(REAL)alpha, (REAL)beta, sign * (REAL)base};
  REAL *e = (REAL *)p->scratch + n;
  fer_pair_outcome sums = {0, 0, 0, 0};
  for (ptrdiff_t i = 0; i < p->rows; i++) {
    const REAL *r = NAME(fer_relations)(p, i), *d = (const REAL *)p->distances + i * n;
    REAL sum, other;
    NAME(fer_peaks) peak = NAME(fer_row_exponentials)(FER_EXPONENT_MULTI_SIMILARITY, c, n, sign, 0, false, false, r, d,
                                                       e, &sum, &other);
    sum += NAME(fer_exp_negative)(peak.positive);
    other += NAME(fer_exp_negative)(peak.negative);
    REAL loss = (peak.positive + NAME(fer_log)(sum)) / c[0] + (peak.negative + NAME(fer_log)(other)) / c[1];
    NAME(fer_count_loss)(&sums, loss);
    if (!p->gradient || (p->only_positive && !(loss > 0))) continue;
    REAL *g = (REAL *)p->gradient + i * n, pull = sign / sum, push = -sign / other;
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < n; j++) g[j] += e[j] * (r[j] > 0 ? pull : push);
  }
  return sums;
}

FER_KERNEL
fer_pair_outcome NAME(fer_supervised_contrast)(const fer_pairs *p, double temperature) {
  ptrdiff_t n = p->others;
  REAL sign = (REAL)p->sign, c[1] = {(REAL)(1 / temperature)};
  REAL *e = (REAL *)p->scratch + n;
  fer_pair_outcome sums = {0, 0, 0, 0};
  for (ptrdiff_t i = 0; i < p->rows; i++) {
    FER_SUM_LOOP
    const REAL *r = NAME(fer_relations)(p, i), *d = (const REAL *)p->distances + i * n;
    REAL sum, other, positives = 0, gaps = 0;
    NAME(fer_peaks) peak = NAME(fer_row_exponentials)(FER_EXPONENT_TEMPERATURE, c, n, sign, -FER_LARGEST, true, false,
                                                       r, d, e, &sum, &other);
    for (ptrdiff_t j = 0; j < n; j++) {
      positives += r[j] > 0;
      gaps += r[j] > 0 ? peak.positive + sign * d[j] * c[0] : 0;
    }
    if (positives == 0) continue;
    // Apart, so that a far smaller sum of negatives is not lost beside a single positive.
    REAL large = sum > other ? sum : other, small = sum > other ? other : sum;
    REAL loss = NAME(fer_log)(large) + NAME(fer_log_one_plus)(small / large) + gaps / positives;
    sum += other;
    NAME(fer_count_loss)(&sums, loss);
    if (!p->gradient || (p->only_positive && !(loss > 0))) continue;
    REAL *g = (REAL *)p->gradient + i * n, push = -sign * c[0] / sum, pull = sign * c[0] / positives;
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < n; j++) g[j] += e[j] * push + (r[j] > 0 ? pull : 0);
  }
  return sums;
}

FER_KERNEL
fer_pair_outcome NAME(fer_normalized_temperature)(const fer_pairs *p, double temperature) {
  ptrdiff_t n = p->others;
  REAL sign = (REAL)p->sign, c[1] = {(REAL)(1 / temperature)};
  REAL *e = (REAL *)p->scratch + n, *slopes = e + n;
  fer_pair_outcome sums = {0, 0, 0, 0};
  for (ptrdiff_t i = 0; i < p->rows; i++) {
    FER_SUM_LOOP
    const REAL *r = NAME(fer_relations)(p, i), *d = (const REAL *)p->distances + i * n;
    REAL sum, other, loss = 0, active = 0, pulls = 0;
    NAME(fer_peaks) peak = NAME(fer_row_exponentials)(FER_EXPONENT_TEMPERATURE, c, n, sign, -FER_LARGEST, false, true,
                                                       r, d, e, &sum, &other);
    if (!(other > 0)) continue;
    REAL level = peak.negative + NAME(fer_log)(other);
    for (ptrdiff_t j = 0; j < n; j++) {
      REAL slope, k = r[j] > 0 ? r[j] : 0;
      REAL l = NAME(fer_softplus)(k > 0 ? level + sign * d[j] * c[0] : 0, &slope);
      loss += k * l;
      active += l > 0 ? k : 0;
      pulls += k * slope;
      slopes[j] = k * slope;
    }
    sums.loss += (double)loss;
    sums.active += (double)active;
    if (!p->gradient) continue;
    REAL *g = (REAL *)p->gradient + i * n, pull = sign * c[0], push = -sign * c[0] * pulls / other;
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < n; j++) g[j] += r[j] > 0 ? pull * slopes[j] : push * e[j];
  }
  return sums;
}

FER_KERNEL
fer_pair_outcome NAME(fer_circle)(const fer_pairs *p, double relaxation, double scale) {
  ptrdiff_t n = p->others;
  REAL sign = (REAL)p->sign, m = (REAL)relaxation, gamma = (REAL)scale, c[2] = {m, gamma};
  REAL *e = (REAL *)p->scratch + n;
  fer_pair_outcome sums = {0, 0, 0, 0};
  for (ptrdiff_t i = 0; i < p->rows; i++) {
    const REAL *r = NAME(fer_relations)(p, i), *d = (const REAL *)p->distances + i * n;
    REAL sum, other, slope;
    NAME(fer_peaks) peak = NAME(fer_row_exponentials)(FER_EXPONENT_CIRCLE, c, n, sign, -FER_LARGEST, false, false, r, d,
                                                       e, &sum, &other);
    if (!(sum > 0 && other > 0)) continue;
    REAL loss = NAME(fer_softplus)(peak.positive + NAME(fer_log)(sum) + peak.negative + NAME(fer_log)(other), &slope);
    NAME(fer_count_loss)(&sums, loss);
    if (!p->gradient || (p->only_positive && !(loss > 0))) continue;
    REAL *g = (REAL *)p->gradient + i * n, pull = sign * gamma * slope / sum, push = -sign * gamma * slope / other;
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < n; j++) {
      REAL t = sign * d[j], near = 1 + m + t, far = m - t;
      g[j] += e[j] * (r[j] > 0 ? pull * (near > 0 ? near : 0) : push * (far > 0 ? far : 0));
    }
  }
  return sums;
}

// One anchor and positive at t against all negatives of the anchor, chosen by their distances beyond the positive's, u,
// and compared by what stands against the positive: sums, and each negative's share of the gradient.
FER_PART void NAME(fer_triplet_row)(bool smooth, ptrdiff_t count, REAL t, REAL u, REAL margin, REAL low, REAL high,
                                    REAL k, const REAL *chosen, const REAL *against, const REAL *weights, REAL *shares,
                                    REAL *slope_sum, fer_triplet_sums *sums) {
  FER_SUM_LOOP
  REAL loss = 0, active = 0, total = 0, slopes = 0;
  for (ptrdiff_t j = 0; j < count; j++) {
    REAL gap = chosen[j] - u, slope, l, w = gap > low && gap <= high ? k * weights[j] : 0;
    REAL x = margin - (against[j] - t);
    if (smooth) {
      l = NAME(fer_softplus)(x, &slope);
    } else {
      l = x > 0 ? x : 0;
      slope = x > 0 ? 1 : 0;
    }
    slope *= w;
    loss += w * l;
    active += l > 0 ? w : 0;
    total += w;
    slopes += slope;
    shares[j] = slope;
  }
  sums->loss += (double)loss;
  sums->active += (double)active;
  sums->count += (double)total;
  *slope_sum = slopes;
}

FER_KERNEL
fer_triplet_sums NAME(fer_all_triplets)(const fer_pairs *p, double margin, bool smooth, bool swap, double low,
                                        double high, const REAL *choice, double choice_sign) {
  ptrdiff_t n = p->others;
  REAL sign = (REAL)p->sign, other_sign = (REAL)choice_sign;
  REAL m = (REAL)margin, least = (REAL)low, most = (REAL)high;
  REAL *far = (REAL *)p->scratch + n, *weights = far + n, *shares = weights + n, *nearest = shares + n;
  REAL *totals = nearest + n, *apart = totals + n;
  fer_triplet_sums sums = {0, 0, 0};
  for (ptrdiff_t i = 0; i < p->rows; i++) {
    const REAL *r = NAME(fer_relations)(p, i), *d = (const REAL *)p->distances + i * n;
    const REAL *c = choice ? choice + i * n : NULL, *chosen = choice ? apart : far;
    REAL *g = p->gradient ? (REAL *)p->gradient + i * n : NULL;
    ptrdiff_t count = 0;
    for (ptrdiff_t j = 0; j < n; j++) {
      if (!(r[j] < 0)) continue;
      p->indices[count] = j;
      far[count] = sign * d[j];
      if (c) apart[count] = other_sign * c[j];
      totals[count] = 0;
      weights[count++] = -r[j];
    }
    if (count == 0) continue;
    for (ptrdiff_t j = 0; j < n; j++) {
      if (!(r[j] > 0)) continue;
      REAL t = sign * d[j], u = c ? other_sign * c[j] : t, slope;
      const REAL *other = (const REAL *)p->distances + j * n, *against = far;
      if (swap) {
        for (ptrdiff_t q = 0; q < count; q++) {
          REAL x = sign * other[p->indices[q]];
          nearest[q] = x < far[q] ? x : far[q];
        }
        against = nearest;
      }
      if (smooth) {
        NAME(fer_triplet_row)(true, count, t, u, m, least, most, r[j], chosen, against, weights, shares, &slope,
                              &sums);
      } else {
        NAME(fer_triplet_row)(false, count, t, u, m, least, most, r[j], chosen, against, weights, shares, &slope,
                              &sums);
      }
      if (!g) continue;
      g[j] += sign * slope;
      if (!swap) {
        FER_INDEPENDENT_LOOP
        for (ptrdiff_t q = 0; q < count; q++) totals[q] += shares[q];
        continue;
      }
      REAL *h = (REAL *)p->gradient + j * n;
      for (ptrdiff_t q = 0; q < count; q++) {
        REAL x = sign * other[p->indices[q]];
        REAL share = x < far[q] ? 0 : x > far[q] ? 1 : (REAL)0.5;  // a tie is shared
        totals[q] += share * shares[q];
        h[p->indices[q]] -= sign * (1 - share) * shares[q];
      }
    }
    if (!g) continue;
    for (ptrdiff_t q = 0; q < count; q++) g[p->indices[q]] -= sign * totals[q];
  }
  return sums;
}

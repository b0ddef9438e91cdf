// Sums over coordinates for all pairs of a few rows of two matrices: enough independent sums to hide the latency of an
// addition, and few enough loads for each.
#include "../include/FERPairLoops.h"

// Rows of each side whose pairs are summed at once: as many as a quad has lanes.
#define FER_PAIR_SIDE 4

FER_PART REAL NAME(fer_pair_power)(REAL x, REAL p) {
  return sizeof(REAL) == 4 ? (REAL)powf((float)x, (float)p) : (REAL)pow((double)x, (double)p);
}

// |x| + |y|, but never 0.
FER_PART REAL NAME(fer_pair_size)(REAL x, REAL y, REAL least) {
  REAL size = (x < 0 ? -x : x) + (y < 0 ? -y : y);
  return size < least ? least : size;
}

// One coordinate's share of a sum.
FER_PART REAL NAME(fer_pair_term)(fer_pair_form form, REAL p, REAL x, REAL y) {
  REAL d = x - y;
  REAL magnitude = d < 0 ? -d : d;
  switch (form) {
    case FER_PAIR_SQUARE: return d * d;
    case FER_PAIR_MAGNITUDE: return magnitude;
    case FER_PAIR_POWER: return NAME(fer_pair_power)(magnitude, p);
    case FER_PAIR_PRODUCT: return x * y;
    case FER_PAIR_RATIO: return d * d / (x + y + p);
    case FER_PAIR_SIZE_RATIO: return d * (d / NAME(fer_pair_size)(x, y, p));
  }
  return 0;
}

// The terms of `count` coordinates that end before k, of forms that need little more than the numbers themselves. Left to
// themselves, compilers add up the lanes of one sum after the other.
FER_PART void NAME(fer_pair_vectors)(fer_pair_form form, ptrdiff_t height, ptrdiff_t count, ptrdiff_t k,
                                     const REAL *const *x, const REAL *const *y,
                                     NAME(fer_vector) (*sums)[FER_PAIR_SIDE]) {
  NAME(fer_vector) own[FER_PAIR_SIDE], other, d;
  FER_UNROLLED_LOOP
  for (ptrdiff_t i = 0; i < height; i++) NAME(fer_load_before)(count, x[i] + k, &own[i]);
  FER_UNROLLED_LOOP
  for (ptrdiff_t j = 0; j < FER_PAIR_SIDE; j++) {
    NAME(fer_load_before)(count, y[j] + k, &other);
    FER_UNROLLED_LOOP
    for (ptrdiff_t i = 0; i < height; i++) {
      d = own[i] - other;
      if (form == FER_PAIR_SQUARE) sums[i][j] += d * d;
      if (form == FER_PAIR_MAGNITUDE) sums[i][j] += __builtin_elementwise_abs(d);
      if (form == FER_PAIR_PRODUCT) sums[i][j] += own[i] * other;
    }
  }
}

// Some rows of at least a vector against four, by vectors.
FER_PART void NAME(fer_short_part)(fer_pair_form form, ptrdiff_t height, ptrdiff_t n, const REAL *const *x,
                                   const REAL *const *y, NAME(fer_quad) *sums) {
  NAME(fer_vector) s[FER_PAIR_SIDE][FER_PAIR_SIDE] = {{{0}}};
  ptrdiff_t k = 0;
  for (; k + NAME(fer_lanes) <= n; k += NAME(fer_lanes)) {
    NAME(fer_pair_vectors)(form, height, NAME(fer_lanes), k + NAME(fer_lanes), x, y, s);
  }
  if (k < n) NAME(fer_pair_vectors)(form, height, n - k, n, x, y, s);
  FER_UNROLLED_LOOP
  for (ptrdiff_t i = 0; i < height; i++) NAME(fer_lane_sums)(s[i], &sums[i]);
}

// Some rows against four, with terms that compilers have the registers for.
FER_PART void NAME(fer_long_part)(fer_pair_form form, REAL p, ptrdiff_t height, ptrdiff_t n, const REAL *const *x,
                                  const REAL *const *y, NAME(fer_quad) *sums) {
  FER_SUM_LOOP
  REAL s[FER_PAIR_SIDE][FER_PAIR_SIDE] = {{0}};
  for (ptrdiff_t k = 0; k < n; k++) {
    for (ptrdiff_t i = 0; i < height; i++) {
      for (ptrdiff_t j = 0; j < FER_PAIR_SIDE; j++) s[i][j] += NAME(fer_pair_term)(form, p, x[i][k], y[j][k]);
    }
  }
  memcpy(sums, s, (size_t)height * sizeof *s);
}

// What is done for each form.
#define FER_EACH_FORM(DO) \
  DO(FER_PAIR_SQUARE)     \
  DO(FER_PAIR_MAGNITUDE)  \
  DO(FER_PAIR_POWER)      \
  DO(FER_PAIR_PRODUCT)    \
  DO(FER_PAIR_RATIO)      \
  DO(FER_PAIR_SIZE_RATIO)

// Four rows against four, for each form in one function: a copy that compilers put into another loop may add up in another
// order.
#define FER_LONG_BLOCK(FORM)                                                                          \
  FER_SHARED void NAME(FER_JOIN(fer_long_block_, FORM))(REAL p, ptrdiff_t n, const REAL *const *x,    \
                                                        const REAL *const *y, NAME(fer_quad) *sums) { \
    ptrdiff_t half = FER_PAIR_SIDE / 2;                                                               \
    NAME(fer_long_part)(FORM, p, half, n, x, y, sums);                                                \
    NAME(fer_long_part)(FORM, p, half, n, x + half, y, sums + half);                                  \
  }
FER_EACH_FORM(FER_LONG_BLOCK)
#undef FER_LONG_BLOCK

FER_PART void NAME(fer_long_block)(fer_pair_form form, REAL p, ptrdiff_t n, const REAL *const *x, const REAL *const *y,
                                   NAME(fer_quad) *sums) {
#define FER_CALL_BLOCK(FORM) \
  case FORM: return NAME(FER_JOIN(fer_long_block_, FORM))(p, n, x, y, sums);
  switch (form) { FER_EACH_FORM(FER_CALL_BLOCK) }
#undef FER_CALL_BLOCK
}

// Whether terms are summed by vectors. Kernels ask once, so that no loop holds both ways.
FER_PART bool NAME(fer_is_short)(fer_pair_form form, ptrdiff_t n) {
  bool is_short = form == FER_PAIR_SQUARE || form == FER_PAIR_MAGNITUDE || form == FER_PAIR_PRODUCT;
  return is_short && n >= NAME(fer_lanes);
}

// The same either way, as many rows at a time as there are registers for.
FER_PART void NAME(fer_pair_block)(fer_pair_form form, bool is_short, REAL p, ptrdiff_t n, const REAL *const *x,
                                   const REAL *const *y, NAME(fer_quad) *sums) {
  ptrdiff_t half = FER_PAIR_SIDE / 2;
  if (!is_short) {
    NAME(fer_long_block)(form, p, n, x, y, sums);
  } else if (FER_VECTOR_BYTES > 32) {
    NAME(fer_short_part)(form, FER_PAIR_SIDE, n, x, y, sums);
  } else {
    NAME(fer_short_part)(form, half, n, x, y, sums);
    NAME(fer_short_part)(form, half, n, x + half, y, sums + half);
  }
}

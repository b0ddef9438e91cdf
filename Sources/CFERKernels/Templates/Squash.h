// *e = exp(y) for numbers or vectors of them, T, whose bits are U: y - n ln 2 = r for the n next to y / ln 2, which is left
// in the low bits of a number that was rounded there, then exp(r) 2^n. It is of use where the result is normal.
#define FER_EXPONENTIAL(name, T, U)                           \
  FER_PART void NAME(name)(const T *y, T *e) {                \
    T shifted = *y * (REAL)0x1.71547652b82fep+0 + ROUNDER;    \
    T n = shifted - ROUNDER, r = *y - n * LN2_HIGH;           \
    r -= n * LN2_LOW;                                         \
    T p = 1 + (r + r * r * EXP_TAIL(r));                      \
    U power, bits;                                            \
    memcpy(&power, &shifted, sizeof power);                   \
    memcpy(&bits, &p, sizeof bits);                           \
    bits += power << MANTISSA_BITS;                           \
    memcpy(e, &bits, sizeof bits);                            \
  }

// The logistic function of x and its slope, from e = exp(-x) alone: 1 - logistic(x) is never formed.
#define FER_LOGISTIC(name, T)                                    \
  FER_PART void NAME(name)(const T *e, T *value, T *slope) {     \
    *value = 1 / (1 + *e);                                       \
    *slope = *e * *value * *value;                               \
  }

FER_EXPONENTIAL(fer_exponential, REAL, BITS)
FER_EXPONENTIAL(fer_exponential_vector, NAME(fer_vector), NAME(fer_unsigned))
FER_LOGISTIC(fer_logistic, REAL)
FER_LOGISTIC(fer_logistic_vector, NAME(fer_vector))
#undef FER_EXPONENTIAL
#undef FER_LOGISTIC

// exp(-t) for t >= 0; zero where the result would be subnormal, whatever was computed there.
FER_PART REAL NAME(fer_exp_negative)(REAL t) {
  REAL y = -t, e;
  NAME(fer_exponential)(&y, &e);
  return t < LAST_NORMAL ? e : 0;
}

// Whether exp(-y) is normal, and so is exp(y).
FER_PART bool NAME(fer_is_moderate)(REAL y) { return __builtin_elementwise_abs(y) < LAST_NORMAL; }

// What the logistic function of any other number is taken to be.
FER_PART REAL NAME(fer_saturated)(REAL y) {
  SIGNED bits;
  memcpy(&bits, &y, sizeof bits);
  return bits < 0 ? 0 : 1;
}

// The two steps of squashing a vector of up to `count` coordinates: exponentials, whose place logistic functions then take.
FER_PART void NAME(fer_exponential_step)(ptrdiff_t count, REAL scale, const REAL *x, REAL *values,
                                         NAME(fer_unsigned) *largest) {
  NAME(fer_vector) y, e;
  NAME(fer_load)(count, x, &y);
  *largest = __builtin_elementwise_max(*largest, (NAME(fer_unsigned))y & ~(BITS)SIGN_BIT);
  y = -(scale * y);
  NAME(fer_exponential_vector)(&y, &e);
  NAME(fer_store)(count, &e, values);
}

FER_PART void NAME(fer_logistic_step)(ptrdiff_t count, REAL factor, REAL *values, REAL *slopes) {
  NAME(fer_vector) e, value, slope;
  NAME(fer_load)(count, values, &e);
  NAME(fer_logistic_vector)(&e, &value, &slope);
  slope *= factor;
  NAME(fer_store)(count, &value, values);
  NAME(fer_store)(count, &slope, slopes);
}

// Whether all of these magnitudes are moderate when scaled.
FER_PART bool NAME(fer_are_moderate)(REAL scale, const NAME(fer_unsigned) *largest) {
  NAME(fer_vector) y = (NAME(fer_vector))*largest * __builtin_elementwise_abs(scale);
  return !__builtin_reduce_or(~(NAME(fer_index))(y < LAST_NORMAL));
}

// Squashes a piece in two loops over it: one loop would be a chain of thirty operations, of which a processor overlaps too
// few. slopes = factor * the derivatives by scale * x. What is not moderate, hardly ever anything, is done over.
FER_PART void NAME(fer_squash_piece)(ptrdiff_t count, REAL scale, REAL factor, const REAL *x, REAL *values,
                                     REAL *slopes, NAME(fer_unsigned) *largest) {
  const ptrdiff_t lanes = NAME(fer_lanes);
  NAME(fer_unsigned) here = {0};
  ptrdiff_t j = 0;
  for (; j + lanes <= count; j += lanes) NAME(fer_exponential_step)(NAME(fer_lanes), scale, x + j, values + j, &here);
  if (j < count) NAME(fer_exponential_step)(count - j, scale, x + j, values + j, &here);
  for (j = 0; j + lanes <= count; j += lanes) {
    NAME(fer_logistic_step)(NAME(fer_lanes), factor, values + j, slopes + j);
  }
  if (j < count) NAME(fer_logistic_step)(count - j, factor, values + j, slopes + j);
  *largest = __builtin_elementwise_max(*largest, here);
  if (NAME(fer_are_moderate)(scale, &here)) return;
  for (j = 0; j < count; j++) {
    REAL y = scale * x[j];
    if (NAME(fer_is_moderate)(y)) continue;
    values[j] = NAME(fer_saturated)(y);
    slopes[j] = 0;
  }
}

FER_KERNEL
void NAME(fer_squash)(ptrdiff_t count, REAL scale, const REAL *x, REAL *values, REAL *slopes) {
  const ptrdiff_t piece = 1024 / sizeof(REAL);
  if (slopes) {
    NAME(fer_unsigned) largest = {0};
    for (ptrdiff_t j = 0; j < count; j += piece) {
      ptrdiff_t width = count - j < piece ? count - j : piece;
      NAME(fer_squash_piece)(width, scale, scale, x + j, values + j, slopes + j, &largest);
    }
  } else {
    FER_CHAIN_LOOP
    for (ptrdiff_t j = 0; j < count; j++) {
      REAL y = scale * x[j], opposite = -y, e, value, slope;
      NAME(fer_exponential)(&opposite, &e);
      NAME(fer_logistic)(&e, &value, &slope);
      values[j] = NAME(fer_is_moderate)(y) ? value : NAME(fer_saturated)(y);
    }
  }
}

FER_KERNEL
void NAME(fer_add_squash_gradient)(ptrdiff_t count, const REAL *values, const REAL *value_gradient, REAL *gradient) {
  FER_INDEPENDENT_LOOP
  for (ptrdiff_t j = 0; j < count; j++) gradient[j] += value_gradient[j] * (values[j] * (1 - values[j]));
}

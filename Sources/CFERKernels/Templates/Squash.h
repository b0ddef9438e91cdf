// y - n ln 2 for y <= 0 and the n next to y / ln 2, which the low bits of `shifted` hold.
FER_PART REAL NAME(fer_exp_remainder)(REAL y, REAL *shifted) {
  *shifted = y * (REAL)0x1.71547652b82fep+0 + ROUNDER;
  REAL n = *shifted - ROUNDER;
  REAL r = y - n * LN2_HIGH;
  return r - n * LN2_LOW;
}

// exp(r) 2^n for what the function above gave.
FER_PART REAL NAME(fer_exp_scaled)(REAL r, REAL shifted) {
  REAL p = 1 + (r + r * r * EXP_TAIL(r));
  BITS power, bits;
  memcpy(&power, &shifted, sizeof power);
  memcpy(&bits, &p, sizeof bits);
  bits += power << MANTISSA_BITS;
  memcpy(&p, &bits, sizeof p);
  return p;
}

// exp(-t) for t >= 0; zero where the result would be subnormal, whatever was computed there.
FER_PART REAL NAME(fer_exp_negative)(REAL t) {
  REAL shifted, r = NAME(fer_exp_remainder)(-t, &shifted);
  REAL p = NAME(fer_exp_scaled)(r, shifted);
  return t < LAST_NORMAL ? p : 0;
}

// The logistic function of x and its slope, from e = exp(-|x|) alone: 1 - logistic(x) is never formed.
FER_PART void NAME(fer_squash_from)(REAL e, REAL x, REAL *value, REAL *slope) {
  REAL large = 1 / (1 + e);
  REAL small = e * large;
  SIGNED bits;
  memcpy(&bits, &x, sizeof bits);
  *value = bits < 0 ? small : large;  // by the sign's bit, which needs no comparison
  *slope = small * large;
}

// Squashes a piece in two loops over it: one loop would be a chain of thirty operations, of which a processor overlaps too
// few. slopes = factor * the derivatives by scale * x.
FER_PART void NAME(fer_squash_piece)(ptrdiff_t count, REAL scale, REAL factor, const REAL *x, REAL *values,
                                     REAL *slopes) {
  FER_CHAIN_LOOP
  for (ptrdiff_t j = 0; j < count; j++) {
    REAL shifted, r = NAME(fer_exp_remainder)(-__builtin_elementwise_abs(scale * x[j]), &shifted);
    values[j] = NAME(fer_exp_scaled)(r, shifted);
  }
  FER_CHAIN_LOOP
  for (ptrdiff_t j = 0; j < count; j++) {
    REAL y = scale * x[j], e = values[j], value, slope;
    NAME(fer_squash_from)(__builtin_elementwise_abs(y) < LAST_NORMAL ? e : 0, y, &value, &slope);
    values[j] = value;
    slopes[j] = factor * slope;
  }
}

FER_KERNEL
void NAME(fer_squash)(ptrdiff_t count, REAL scale, const REAL *x, REAL *values, REAL *slopes) {
  const ptrdiff_t piece = 1024 / sizeof(REAL);
  if (slopes) {
    for (ptrdiff_t j = 0; j < count; j += piece) {
      ptrdiff_t width = count - j < piece ? count - j : piece;
      NAME(fer_squash_piece)(width, scale, scale, x + j, values + j, slopes + j);
    }
  } else {
    FER_CHAIN_LOOP
    for (ptrdiff_t j = 0; j < count; j++) {
      REAL y = scale * x[j], slope;
      NAME(fer_squash_from)(NAME(fer_exp_negative)(__builtin_elementwise_abs(y)), y, &values[j], &slope);
    }
  }
}

FER_KERNEL
void NAME(fer_add_squash_gradient)(ptrdiff_t count, const REAL *values, const REAL *value_gradient, REAL *gradient) {
  FER_INDEPENDENT_LOOP
  for (ptrdiff_t j = 0; j < count; j++) gradient[j] += value_gradient[j] * (values[j] * (1 - values[j]));
}

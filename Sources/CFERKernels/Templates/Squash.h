// exp(-t) for t >= 0; zero where the result would be subnormal, whatever was computed there.
FER_PART REAL NAME(fer_exp_negative)(REAL t) {
  REAL y = -t;
  REAL shifted = y * (REAL)0x1.71547652b82fep+0 + ROUNDER;  // the low bits hold round(y / ln 2)
  REAL n = shifted - ROUNDER;
  REAL r = y - n * LN2_HIGH;
  r = r - n * LN2_LOW;
  REAL p = 1 + (r + r * r * EXP_TAIL(r));
  BITS power, bits;
  memcpy(&power, &shifted, sizeof power);
  memcpy(&bits, &p, sizeof bits);
  bits += power << MANTISSA_BITS;
  memcpy(&p, &bits, sizeof p);
  return y > -LAST_NORMAL ? p : 0;
}

// The logistic function and its slope, from exp(-|x|) alone: 1 - logistic(x) is never formed.
FER_PART void NAME(fer_squash_one)(REAL x, REAL *value, REAL *slope) {
  REAL e = NAME(fer_exp_negative)(__builtin_elementwise_abs(x));
  REAL large = 1 / (1 + e);
  REAL small = e * large;
  SIGNED bits;
  memcpy(&bits, &x, sizeof bits);
  *value = bits < 0 ? small : large;  // by the sign's bit, which needs no comparison
  *slope = small * large;
}

FER_KERNEL
void NAME(fer_squash)(ptrdiff_t count, REAL scale, const REAL *x, REAL *values, REAL *slopes) {
  if (slopes) {
    FER_CHAIN_LOOP
    for (ptrdiff_t j = 0; j < count; j++) {
      REAL value, slope;
      NAME(fer_squash_one)(scale * x[j], &value, &slope);
      values[j] = value;
      slopes[j] = scale * slope;
    }
  } else {
    FER_CHAIN_LOOP
    for (ptrdiff_t j = 0; j < count; j++) {
      REAL value, slope;
      NAME(fer_squash_one)(scale * x[j], &value, &slope);
      values[j] = value;
    }
  }
}

FER_KERNEL
void NAME(fer_add_squash_gradient)(ptrdiff_t count, const REAL *values, const REAL *value_gradient, REAL *gradient) {
  FER_INDEPENDENT_LOOP
  for (ptrdiff_t j = 0; j < count; j++) gradient[j] += value_gradient[j] * (values[j] * (1 - values[j]));
}

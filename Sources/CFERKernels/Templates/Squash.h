// exp(-t) for t >= 0; zero where the result would be subnormal.
FER_PART REAL NAME(fer_exp_negative)(REAL t) {
  REAL y = t < LAST_NORMAL ? -t : -LAST_NORMAL;
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
  return t < LAST_NORMAL ? p : 0;
}

// The logistic function and its slope, from exp(-|x|) alone: 1 - logistic(x) is never formed.
FER_PART void NAME(fer_squash_one)(REAL x, REAL *value, REAL *slope) {
  REAL e = NAME(fer_exp_negative)(x < 0 ? -x : x);
  REAL large = 1 / (1 + e);
  REAL small = e * large;
  *value = x < 0 ? small : large;
  *slope = small * large;
}

FER_KERNEL
void NAME(fer_squash)(ptrdiff_t count, REAL scale, const REAL *x, REAL *values, REAL *slopes) {
  if (slopes) {
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < count; j++) {
      REAL value, slope;
      NAME(fer_squash_one)(scale * x[j], &value, &slope);
      values[j] = value;
      slopes[j] = scale * slope;
    }
  } else {
    FER_INDEPENDENT_LOOP
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

// Losses over the cosines between the rows of a batch and a few vectors. Rows are named by index, so that a batch with
// rows left out takes the same steps as one without them.

// inverse[r] = 1 / the length of a row, and the row times it. Lengths are summed in double precision: no overflow.
FER_KERNEL
void NAME(fer_unit_rows)(ptrdiff_t rows, ptrdiff_t columns, const REAL *x, const ptrdiff_t *indices, REAL *inverse,
                         REAL *unit) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    FER_SUM_LOOP
    const REAL *row = x + (indices ? indices[r] : r) * columns;
    double sum = 0;
    for (ptrdiff_t j = 0; j < columns; j++) sum += (double)row[j] * (double)row[j];
    double length = sqrt(sum);
    REAL scale = length < 1e-12 ? 0 : (REAL)(1 / length);
    inverse[r] = scale;
    if (!unit) continue;
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < columns; j++) unit[r * columns + j] = scale * row[j];
  }
}

// Products of two rows with four vectors at once: every number is loaded once for several products.
FER_PART void NAME(fer_eight_products)(ptrdiff_t n, const REAL *x, const REAL *y, const REAL *p, REAL *a, REAL *b) {
  FER_SUM_LOOP
  const REAL *q = p + n, *s = q + n, *t = s + n;
  REAL a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;
  for (ptrdiff_t j = 0; j < n; j++) {
    a0 += x[j] * p[j];
    a1 += x[j] * q[j];
    a2 += x[j] * s[j];
    a3 += x[j] * t[j];
    b0 += y[j] * p[j];
    b1 += y[j] * q[j];
    b2 += y[j] * s[j];
    b3 += y[j] * t[j];
  }
  a[0] = a0, a[1] = a1, a[2] = a2, a[3] = a3;
  b[0] = b0, b[1] = b1, b[2] = b2, b[3] = b3;
}

FER_PART REAL NAME(fer_product)(ptrdiff_t n, const REAL *x, const REAL *p) {
  FER_SUM_LOOP
  REAL sum = 0;
  for (ptrdiff_t j = 0; j < n; j++) sum += x[j] * p[j];
  return sum;
}

FER_KERNEL
void NAME(fer_row_products)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t vectors, const REAL *x,
                            const ptrdiff_t *indices, const REAL *scales, const REAL *p, REAL *products) {
  for (ptrdiff_t r = 0; r < rows; r += 2) {
    // A last row without a second one is its own second one.
    ptrdiff_t other = r + 1 < rows ? r + 1 : r;
    const REAL *row = x + indices[r] * columns, *next = x + indices[other] * columns;
    REAL *out = products + r * vectors, *out_next = products + other * vectors;
    ptrdiff_t k = 0;
    for (; k + 4 <= vectors; k += 4) {
      REAL a[4], b[4];
      NAME(fer_eight_products)(columns, row, next, p + k * columns, a, b);
      for (ptrdiff_t m = 0; m < 4; m++) {
        out_next[k + m] = scales[other] * b[m];
        out[k + m] = scales[r] * a[m];
      }
    }
    for (; k < vectors; k++) {
      out_next[k] = scales[other] * NAME(fer_product)(columns, next, p + k * columns);
      out[k] = scales[r] * NAME(fer_product)(columns, row, p + k * columns);
    }
  }
}

FER_KERNEL
void NAME(fer_own_sines)(ptrdiff_t rows, ptrdiff_t columns, const REAL *x, const ptrdiff_t *indices,
                         const REAL *inverse, const REAL *unit, const ptrdiff_t *labels, REAL *sines) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    FER_SUM_LOOP
    const REAL *row = x + indices[r] * columns, *p = unit + labels[r] * columns;
    REAL scale = inverse[r], difference = 0, sum = 0;
    for (ptrdiff_t j = 0; j < columns; j++) {
      REAL u = scale * row[j];
      difference += (u - p[j]) * (u - p[j]);
      sum += (u + p[j]) * (u + p[j]);
    }
    sines[r] = (REAL)(0.5 * sqrt((double)difference) * sqrt((double)sum));
  }
}

// y = y + a0 x0 + a1 x1 + a2 x2 + a3 x3
FER_PART void NAME(fer_add_four)(ptrdiff_t n, const REAL *a, const REAL *x0, const REAL *x1, const REAL *x2,
                                 const REAL *x3, REAL *y) {
  REAL a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3];
  FER_INDEPENDENT_LOOP
  for (ptrdiff_t j = 0; j < n; j++) y[j] += (a0 * x0[j] + a1 * x1[j]) + (a2 * x2[j] + a3 * x3[j]);
}

FER_PART void NAME(fer_add_one)(ptrdiff_t n, REAL a, const REAL *x, REAL *y) {
  FER_INDEPENDENT_LOOP
  for (ptrdiff_t j = 0; j < n; j++) y[j] += a * x[j];
}

FER_KERNEL
void NAME(fer_cosine_row_gradient)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t vectors, const REAL *x,
                                   const ptrdiff_t *indices, const REAL *inverse, const REAL *unit,
                                   const REAL *cosines, const REAL *slopes, REAL weight, REAL *gradient) {
  // Strips of columns, of which all vectors fit into the first cache.
  for (ptrdiff_t start = 0; start < columns; start += FER_LANES) {
    ptrdiff_t width = columns - start < FER_LANES ? columns - start : FER_LANES;
    for (ptrdiff_t r = 0; r < rows; r++) {
      FER_SUM_LOOP
      const REAL *s = slopes + r * vectors, *c = cosines + r * vectors;
      ptrdiff_t place = indices[r] * columns + start;
      REAL *out = gradient + place;
      REAL scale = weight * inverse[r], along = 0;
      if (scale == 0) continue;
      for (ptrdiff_t k = 0; k < vectors; k++) along += s[k] * c[k];
      NAME(fer_add_one)(width, -scale * inverse[r] * along, x + place, out);
      ptrdiff_t k = 0;
      for (; k + 4 <= vectors; k += 4) {
        REAL a[4] = {scale * s[k], scale * s[k + 1], scale * s[k + 2], scale * s[k + 3]};
        const REAL *p = unit + k * columns + start;
        NAME(fer_add_four)(width, a, p, p + columns, p + 2 * columns, p + 3 * columns, out);
      }
      for (; k < vectors; k++) NAME(fer_add_one)(width, scale * s[k], unit + k * columns + start, out);
    }
  }
}

FER_KERNEL
void NAME(fer_cosine_vector_gradient)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t vectors, const REAL *x,
                                      const ptrdiff_t *indices, const REAL *inverse, const REAL *slopes, REAL weight,
                                      REAL *gradient) {
  for (ptrdiff_t start = 0; start < columns; start += FER_LANES) {
    ptrdiff_t width = columns - start < FER_LANES ? columns - start : FER_LANES;
    ptrdiff_t r = 0;
    for (; r + 4 <= rows; r += 4) {
      REAL scale[4];
      const REAL *row[4];
      for (ptrdiff_t q = 0; q < 4; q++) {
        scale[q] = weight * inverse[r + q];
        row[q] = x + indices[r + q] * columns + start;
      }
      const REAL *s = slopes + r * vectors;
      for (ptrdiff_t k = 0; k < vectors; k++) {
        REAL a[4] = {scale[0] * s[k], scale[1] * s[vectors + k], scale[2] * s[2 * vectors + k],
                     scale[3] * s[3 * vectors + k]};
        NAME(fer_add_four)(width, a, row[0], row[1], row[2], row[3], gradient + k * columns + start);
      }
    }
    for (; r < rows; r++) {
      const REAL *row = x + indices[r] * columns + start, *s = slopes + r * vectors;
      REAL scale = weight * inverse[r];
      for (ptrdiff_t k = 0; k < vectors; k++)
        NAME(fer_add_one)(width, scale * s[k], row, gradient + k * columns + start);
    }
  }
}

FER_KERNEL
void NAME(fer_add_tangents)(ptrdiff_t rows, ptrdiff_t columns, const REAL *unit, const REAL *inverse, const REAL *x,
                            REAL *y) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    const REAL *u = unit + r * columns, *v = x + r * columns;
    REAL *out = y + r * columns, scale = inverse[r], along = NAME(fer_product)(columns, u, v);
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < columns; j++) out[j] += scale * (v[j] - along * u[j]);
  }
}

FER_KERNEL
void NAME(fer_softmax_slopes)(ptrdiff_t rows, ptrdiff_t classes, const ptrdiff_t *labels, REAL *logits, REAL *losses) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    FER_SUM_LOOP
    REAL *z = logits + r * classes;
    REAL highest = z[0], own = z[labels[r]], sum = 0;
    for (ptrdiff_t k = 1; k < classes; k++) highest = z[k] > highest ? z[k] : highest;
    for (ptrdiff_t k = 0; k < classes; k++) {
      z[k] = NAME(fer_exp_negative)(highest - z[k]);
      sum += z[k];
    }
    REAL share = 1 / sum, others = 0;
    for (ptrdiff_t k = 0; k < classes; k++) others += k == labels[r] ? 0 : z[k];
    REAL logarithm = sizeof(REAL) == 4 ? (REAL)logf((float)sum) : (REAL)log((double)sum);
    // The own share is at hand as what the others leave: near 1 the loss and the slope keep their small difference.
    REAL rest = sizeof(REAL) == 4 ? (REAL)log1pf((float)others) : (REAL)log1p((double)others);
    losses[r] = own == highest ? rest : logarithm + (highest - own);
    for (ptrdiff_t k = 0; k < classes; k++) z[k] *= share;
    z[labels[r]] = -others * share;
  }
}

FER_KERNEL
void NAME(fer_soft_nearest)(ptrdiff_t rows, ptrdiff_t classes, ptrdiff_t members, REAL sharpness, const REAL *cosines,
                            REAL *similarities, REAL *shares) {
  for (ptrdiff_t g = 0; g < rows * classes; g++) {
    FER_SUM_LOOP
    const REAL *c = cosines + g * members;
    REAL *w = shares + g * members;
    REAL highest = c[0], sum = 0, mean = 0;
    for (ptrdiff_t k = 1; k < members; k++) highest = c[k] > highest ? c[k] : highest;
    for (ptrdiff_t k = 0; k < members; k++) {
      w[k] = NAME(fer_exp_negative)(sharpness * (highest - c[k]));
      sum += w[k];
      mean += w[k] * (c[k] - highest);
    }
    mean = mean / sum + highest;
    for (ptrdiff_t k = 0; k < members; k++) w[k] = w[k] / sum * (1 + sharpness * (c[k] - mean));
    similarities[g] = mean;
  }
}

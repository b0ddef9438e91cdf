// Losses over the cosines between the rows of a batch and a few vectors. Rows are named by index, so that a batch with
// rows left out takes the same steps as one without them.

// Rows whose gradient is summed while strips of the vectors pass by.
#define FER_COSINE_ROWS 64

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
    while (vectors >= 4 && k < vectors) {
      // The last four overlap those before them: all products are summed in the same order.
      k = k + 4 <= vectors ? k : vectors - 4;
      REAL a[4], b[4];
      NAME(fer_eight_products)(columns, row, next, p + k * columns, a, b);
      for (ptrdiff_t m = 0; m < 4; m++) {
        out_next[k + m] = scales[other] * b[m];
        out[k + m] = scales[r] * a[m];
      }
      k += 4;
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

// Copies coordinates into a strip, and fills the rest of its row with zeros.
FER_PART void NAME(fer_copy_part)(ptrdiff_t width, const REAL *source, REAL *target) {
  if (width == FER_PAIR_LANES) {
    memcpy(target, source, (size_t)FER_PAIR_LANES * sizeof *target);
    return;
  }
  memset(target, 0, (size_t)FER_PAIR_LANES * sizeof *target);
  memcpy(target, source, (size_t)width * sizeof *target);
}

// sums[r] = sum over j of coefficients[r * down + j * along] * row j of a strip, for up to FER_PRODUCT_HEIGHT, 4, rows.
FER_PART void NAME(fer_strip_sums)(ptrdiff_t height, ptrdiff_t count, const REAL *strip, const REAL *coefficients,
                                   ptrdiff_t down, ptrdiff_t along, REAL (*sums)[FER_PAIR_LANES]) {
  memset(sums, 0, FER_PRODUCT_HEIGHT * sizeof *sums);
#define FER_SUMS_OF(HEIGHT) \
  NAME(fer_vector_strip)(false, HEIGHT, count, NULL, 0, strip, coefficients, down, along, *sums, FER_PAIR_LANES)
  switch (height) {
    case 4: return FER_SUMS_OF(4);
    case 3: return FER_SUMS_OF(3);
    case 2: return FER_SUMS_OF(2);
    default: return FER_SUMS_OF(1);
  }
#undef FER_SUMS_OF
}

// What is left of `count` after `first`, but no more than `most`.
FER_PART ptrdiff_t NAME(fer_part_of)(ptrdiff_t count, ptrdiff_t first, ptrdiff_t most) {
  return count - first < most ? count - first : most;
}

FER_KERNEL
void NAME(fer_cosine_row_gradient)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t vectors, const REAL *x,
                                   const ptrdiff_t *indices, const REAL *inverse, const REAL *unit,
                                   const REAL *cosines, const REAL *slopes, REAL weight, REAL *gradient) {
  FER_ALIGNED REAL strip[FER_PAIR_STRIP * FER_PAIR_LANES], sums[FER_PRODUCT_HEIGHT][FER_PAIR_LANES];
  REAL along[FER_COSINE_ROWS];
  for (ptrdiff_t top = 0; top < rows; top += FER_COSINE_ROWS) {
    ptrdiff_t end = top + NAME(fer_part_of)(rows, top, FER_COSINE_ROWS);
    for (ptrdiff_t r = top; r < end; r++) {
      along[r - top] = NAME(fer_product)(vectors, slopes + r * vectors, cosines + r * vectors);
    }
    for (ptrdiff_t start = 0; start < columns; start += FER_PAIR_LANES) {
      ptrdiff_t width = NAME(fer_part_of)(columns, start, FER_PAIR_LANES);
      for (ptrdiff_t first = 0; first < vectors; first += FER_PAIR_STRIP) {
        ptrdiff_t count = NAME(fer_part_of)(vectors, first, FER_PAIR_STRIP);
        for (ptrdiff_t k = 0; k < count; k++) {
          NAME(fer_copy_part)(width, unit + (first + k) * columns + start, strip + k * FER_PAIR_LANES);
        }
        for (ptrdiff_t r = top; r < end; r += FER_PRODUCT_HEIGHT) {
          ptrdiff_t height = NAME(fer_part_of)(end, r, FER_PRODUCT_HEIGHT);
          NAME(fer_strip_sums)(height, count, strip, slopes + r * vectors + first, vectors, 1, sums);
          for (ptrdiff_t q = 0; q < height; q++) {
            REAL scale = weight * inverse[r + q], radial = first == 0 ? inverse[r + q] * along[r + q - top] : 0;
            if (scale == 0) continue;
            const REAL *row = x + indices[r + q] * columns + start;
            REAL *out = gradient + indices[r + q] * columns + start;
            FER_INDEPENDENT_LOOP
            for (ptrdiff_t l = 0; l < width; l++) out[l] += scale * (sums[q][l] - radial * row[l]);
          }
        }
      }
    }
  }
}

FER_KERNEL
void NAME(fer_cosine_vector_gradient)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t vectors, const REAL *x,
                                      const ptrdiff_t *indices, const REAL *inverse, const REAL *slopes, REAL weight,
                                      REAL *gradient) {
  FER_ALIGNED REAL strip[FER_PAIR_STRIP * FER_PAIR_LANES], sums[FER_PRODUCT_HEIGHT][FER_PAIR_LANES];
  for (ptrdiff_t first = 0; first < rows; first += FER_PAIR_STRIP) {
    ptrdiff_t count = NAME(fer_part_of)(rows, first, FER_PAIR_STRIP);
    for (ptrdiff_t start = 0; start < columns; start += FER_PAIR_LANES) {
      ptrdiff_t width = NAME(fer_part_of)(columns, start, FER_PAIR_LANES);
      for (ptrdiff_t j = 0; j < count; j++) {
        REAL scale = weight * inverse[first + j], *unit = strip + j * FER_PAIR_LANES;
        NAME(fer_copy_part)(width, x + indices[first + j] * columns + start, unit);
        for (ptrdiff_t l = 0; l < FER_PAIR_LANES; l++) unit[l] *= scale;
      }
      for (ptrdiff_t k = 0; k < vectors; k += FER_PRODUCT_HEIGHT) {
        ptrdiff_t height = NAME(fer_part_of)(vectors, k, FER_PRODUCT_HEIGHT);
        NAME(fer_strip_sums)(height, count, strip, slopes + first * vectors + k, 1, vectors, sums);
        for (ptrdiff_t q = 0; q < height; q++) {
          REAL *out = gradient + (k + q) * columns + start;
          for (ptrdiff_t l = 0; l < width; l++) out[l] += sums[q][l];
        }
      }
    }
  }
}

FER_KERNEL
void NAME(fer_add_tangents)(ptrdiff_t rows, ptrdiff_t columns, const REAL *unit, const REAL *inverse, const REAL *x,
                            const ptrdiff_t *indices, bool writes, REAL *y) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    const REAL *u = unit + r * columns, *v = x + r * columns;
    REAL *out = y + (indices ? indices[r] : r) * columns, scale = inverse[r], along = NAME(fer_product)(columns, u, v);
    if (writes) {
      FER_INDEPENDENT_LOOP
      for (ptrdiff_t j = 0; j < columns; j++) out[j] = scale * (v[j] - along * u[j]);
    } else {
      FER_INDEPENDENT_LOOP
      for (ptrdiff_t j = 0; j < columns; j++) out[j] += scale * (v[j] - along * u[j]);
    }
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
    if (own == highest) {
      // The own share is at hand as what the others leave: near 1 the loss and the slope keep their small difference.
      losses[r] = sizeof(REAL) == 4 ? (REAL)log1pf((float)others) : (REAL)log1p((double)others);
    } else {
      losses[r] = (sizeof(REAL) == 4 ? (REAL)logf((float)sum) : (REAL)log((double)sum)) + (highest - own);
    }
    for (ptrdiff_t k = 0; k < classes; k++) z[k] *= share;
    z[labels[r]] = -others * share;
  }
}

// The largest of a vector of cosines whose places lie in own..<end, and of the others, and of what was seen before.
FER_PART void NAME(fer_nearest_vector)(const REAL *cosines, ptrdiff_t j, ptrdiff_t own, ptrdiff_t end,
                                       NAME(fer_vector) *near, NAME(fer_vector) *far) {
  NAME(fer_vector) x, least = {0};
  NAME(fer_index) place;
  FER_UNROLLED_LOOP
  for (int l = 0; l < NAME(fer_lanes); l++) place[l] = (SIGNED)(j + l);
  least -= 1;
  memcpy(&x, cosines + j, sizeof x);
  NAME(fer_index) within = (place >= (SIGNED)own) & (place < (SIGNED)end);
  NAME(fer_index) bits = (NAME(fer_index))x, none = (NAME(fer_index))least;
  *near = __builtin_elementwise_max(*near, (NAME(fer_vector))((within & bits) | (~within & none)));
  *far = __builtin_elementwise_max(*far, (NAME(fer_vector))((within & none) | (~within & bits)));
}

FER_KERNEL
void NAME(fer_nearest_cosines)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t members, const ptrdiff_t *labels,
                               const REAL *cosines, REAL *own, REAL *other) {
  const ptrdiff_t lanes = NAME(fer_lanes);
  for (ptrdiff_t i = 0; i < rows; i++) {
    const REAL *row = cosines + i * columns;
    ptrdiff_t first = labels[i] * members, end = first + members, j = 0;
    REAL near = -1, far = -1;
    if (columns >= lanes) {
      NAME(fer_vector) nears = {0}, fars;
      nears -= 1;
      fars = nears;
      for (; j + lanes <= columns; j += lanes) NAME(fer_nearest_vector)(row, j, first, end, &nears, &fars);
      // The last numbers, once more or for the first time.
      NAME(fer_nearest_vector)(row, columns - lanes, first, end, &nears, &fars);
      near = __builtin_reduce_max(nears);
      far = __builtin_reduce_max(fars);
    } else {
      for (; j < columns; j++) {
        if (j >= first && j < end) {
          near = row[j] > near ? row[j] : near;
        } else {
          far = row[j] > far ? row[j] : far;
        }
      }
    }
    own[i] = near;
    other[i] = far;
  }
}

// The exponentials of a row lie together, whatever the number of members, so that they vectorise.
FER_KERNEL
void NAME(fer_soft_nearest)(ptrdiff_t rows, ptrdiff_t classes, ptrdiff_t members, REAL sharpness, const REAL *cosines,
                            REAL *similarities, REAL *shares) {
  ptrdiff_t columns = classes * members;
  for (ptrdiff_t i = 0; i < rows; i++) {
    const REAL *row = cosines + i * columns;
    REAL *w = shares + i * columns, *peaks = similarities + i * classes;
    for (ptrdiff_t g = 0; g < classes; g++) {
      const REAL *c = row + g * members;
      REAL highest = c[0];
      for (ptrdiff_t k = 1; k < members; k++) highest = c[k] > highest ? c[k] : highest;
      peaks[g] = highest;
      for (ptrdiff_t k = 0; k < members; k++) w[g * members + k] = sharpness * (highest - c[k]);
    }
    FER_CHAIN_LOOP
    for (ptrdiff_t k = 0; k < columns; k++) w[k] = NAME(fer_exp_negative)(w[k]);
    for (ptrdiff_t g = 0; g < classes; g++) {
      FER_SUM_LOOP
      const REAL *c = row + g * members;
      REAL *v = w + g * members, highest = peaks[g], sum = 0, mean = 0;
      for (ptrdiff_t k = 0; k < members; k++) {
        sum += v[k];
        mean += v[k] * (c[k] - highest);
      }
      REAL share = 1 / sum;
      mean = mean * share + highest;
      for (ptrdiff_t k = 0; k < members; k++) v[k] = v[k] * share * (1 + sharpness * (c[k] - mean));
      peaks[g] = mean;
    }
  }
}

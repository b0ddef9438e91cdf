// The triplet-center loss with a hinge: value, distances and all gradients, row by row. A row and its scratch stay in
// the first cache, so the batch is read once.

enum { NAME(fer_few_classes) = 16 };

// Parts that are told whether there are inclusion weights, and whether coordinates are squashed, are compiled for each
// of the four answers: without a squash no slope is read.
#define FER_SLOPE(slopes, j) (squashed ? (slopes)[j] : 1)

FER_PART REAL NAME(fer_weighted_distance)(ptrdiff_t n, bool weighted, const REAL *a, const REAL *s, const REAL *c) {
  FER_SUM_LOOP
  REAL sum = 0;
  for (ptrdiff_t j = 0; j < n; j++) {
    REAL d = s[j] - c[j];
    sum += FER_WEIGHT(j) * (d * d);
  }
  return sum;
}

// Collects `width` squashed coordinates, and slopes, of the classes chosen for each, from a few classes: comparing is
// faster than gathering. Bits are blended because a conditional between two loads would become a gather again.
FER_PART void NAME(fer_gather_block)(ptrdiff_t width, ptrdiff_t n, ptrdiff_t classes, const int32_t *chosen,
                                     const REAL *values, const REAL *slopes, REAL *v, REAL *dv) {
  BITS value[FER_LANES], slope[FER_LANES], index[FER_LANES];
  for (ptrdiff_t j = 0; j < width; j++) {
    index[j] = (BITS)chosen[j];
    value[j] = slope[j] = 0;
  }
  for (BITS k = 0; k < (BITS)classes; k++) {
    const REAL *x = values + (ptrdiff_t)k * n, *y = slopes + (ptrdiff_t)k * n;
    for (ptrdiff_t j = 0; j < width; j++) {
      BITS mask = index[j] == k ? ~(BITS)0 : 0, a, b;
      memcpy(&a, &x[j], sizeof a);
      memcpy(&b, &y[j], sizeof b);
      value[j] |= a & mask;
      slope[j] |= b & mask;
    }
  }
  memcpy(v, value, (size_t)width * sizeof *v);
  memcpy(dv, slope, (size_t)width * sizeof *dv);
}

FER_PART void NAME(fer_gather)(ptrdiff_t n, ptrdiff_t classes, const int32_t *chosen, const REAL *values,
                               const REAL *slopes, REAL *v, REAL *dv) {
  ptrdiff_t j = 0;
  if (classes <= NAME(fer_few_classes)) {
    for (; j + FER_LANES <= n; j += FER_LANES) {
      NAME(fer_gather_block)(FER_LANES, n, classes, chosen + j, values + j, slopes + j, v + j, dv + j);
    }
  }
  for (; j < n; j++) {
    v[j] = values[chosen[j] * n + j];
    dv[j] = slopes[chosen[j] * n + j];
  }
}

// A squared distance to the power of the loss, and the derivative, zero below the bound of the root.
FER_PART REAL NAME(fer_powered)(REAL distance, bool takes_roots, REAL *slope) {
  const REAL bound = (REAL)1e-12;
  *slope = 1;
  if (!takes_roots) return distance;
  REAL root = (REAL)sqrt((double)(distance > bound ? distance : bound));
  *slope = distance > bound ? (REAL)0.5 / root : 0;
  return root;
}

// gradient[chosen[j]][j] += 2 h a[j] (s[j] - v[j]) dv[j]
FER_PART void NAME(fer_scatter)(ptrdiff_t n, ptrdiff_t classes, bool weighted, const int32_t *chosen, REAL h,
                                const REAL *a, const REAL *s, const REAL *v, REAL *dv, REAL *gradient) {
  FER_INDEPENDENT_LOOP
  for (ptrdiff_t j = 0; j < n; j++) dv[j] = 2 * h * FER_WEIGHT(j) * (s[j] - v[j]) * dv[j];
  if (classes > NAME(fer_few_classes)) {
    for (ptrdiff_t j = 0; j < n; j++) gradient[chosen[j] * n + j] += dv[j];
    return;
  }
  for (int32_t k = 0; k < classes; k++) {
    REAL *row = gradient + k * n;
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < n; j++) row[j] = chosen[j] == k ? row[j] + dv[j] : row[j];
  }
}

// The gradients of one row and one negative, except the negative center's: near and far are the derivatives by the two
// squared distances, the second with its sign turned, and h that by the margin.
FER_PART void NAME(fer_row_gradient)(const fer_triplet_center *p, ptrdiff_t i, bool weighted, bool squashed, REAL h,
                                     REAL near, REAL far, const REAL *a, const REAL *s, const REAL *ds,
                                     const REAL *v) {
  ptrdiff_t n = p->columns, own = p->labels[i] * n;
  const REAL *u = (const REAL *)p->center_values + own, *du = (const REAL *)p->center_slopes + own;
  if (p->embedding_gradient) {
    REAL *g = (REAL *)p->embedding_gradient + i * n;
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < n; j++) {
      g[j] += 2 * FER_WEIGHT(j) * (near * (s[j] - u[j]) - far * (s[j] - v[j])) * FER_SLOPE(ds, j);
    }
  }
  if (p->center_gradient) {
    REAL *g = (REAL *)p->center_gradient + own;
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < n; j++) g[j] -= 2 * near * FER_WEIGHT(j) * (s[j] - u[j]) * FER_SLOPE(du, j);
  }
  if (p->inclusion_gradient) {
    REAL *g = (REAL *)p->inclusion_gradient + i * n;
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < n; j++) {
      REAL su = s[j] - u[j], sv = s[j] - v[j];
      g[j] += near * su * su - far * sv * sv;
    }
  }
  if (p->margin_gradient) ((REAL *)p->margin_gradient)[i] += h;
}

FER_PART void NAME(fer_center_row_gradient)(ptrdiff_t n, bool weighted, bool squashed, REAL h, const REAL *a,
                                            const REAL *s, const REAL *v, const REAL *dv, REAL *gradient) {
  FER_INDEPENDENT_LOOP
  for (ptrdiff_t j = 0; j < n; j++) gradient[j] += 2 * h * FER_WEIGHT(j) * (s[j] - v[j]) * FER_SLOPE(dv, j);
}

// The gradients of `width` coordinates of one row against all other classes, except the margin's. They stay in
// registers while the classes pass by; far[k] is zero where class k adds nothing.
FER_PART void NAME(fer_others_block)(const fer_triplet_center *p, ptrdiff_t width, ptrdiff_t first, ptrdiff_t i,
                                     bool weighted, bool squashed, REAL near, const REAL *far, const REAL *a,
                                     const REAL *s, const REAL *ds) {
  ptrdiff_t n = p->columns, own = p->labels[i];
  const REAL *values = (const REAL *)p->center_values + first, *slopes = (const REAL *)p->center_slopes + first;
  REAL *centers = p->center_gradient ? (REAL *)p->center_gradient + first : NULL;
  REAL point[FER_LANES], sum[FER_LANES];
  a += first;
  ds += first;
  memcpy(point, s + first, (size_t)width * sizeof *point);
  for (ptrdiff_t j = 0; j < width; j++) sum[j] = near * (point[j] - values[own * n + j]);
  if (centers) {
    REAL *g = centers + own * n;
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < width; j++) g[j] -= 2 * FER_WEIGHT(j) * sum[j] * FER_SLOPE(slopes + own * n, j);
  }
  for (ptrdiff_t k = 0; k < p->classes; k++) {
    if (far[k] == 0) continue;
    const REAL *v = values + k * n, *dv = slopes + k * n;
    for (ptrdiff_t j = 0; j < width; j++) sum[j] -= far[k] * (point[j] - v[j]);
    if (!centers || !p->negative_center_gradient) continue;
    REAL *g = centers + k * n, h = 2 * far[k];
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < width; j++) g[j] += h * FER_WEIGHT(j) * (point[j] - v[j]) * FER_SLOPE(dv, j);
  }
  if (p->embedding_gradient) {
    REAL *g = (REAL *)p->embedding_gradient + i * n + first;
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < width; j++) g[j] += 2 * FER_WEIGHT(j) * sum[j] * FER_SLOPE(ds, j);
  }
  if (!p->inclusion_gradient) return;
  for (ptrdiff_t j = 0; j < width; j++) {
    REAL d = point[j] - values[own * n + j];
    sum[j] = near * d * d;
  }
  for (ptrdiff_t k = 0; k < p->classes; k++) {
    if (far[k] == 0) continue;
    for (ptrdiff_t j = 0; j < width; j++) {
      REAL d = point[j] - values[k * n + j];
      sum[j] -= far[k] * d * d;
    }
  }
  REAL *g = (REAL *)p->inclusion_gradient + i * n + first;
  FER_INDEPENDENT_LOOP
  for (ptrdiff_t j = 0; j < width; j++) g[j] += sum[j];
}

// One row against all other eligible classes; near is the positive distance's part of the bracket, near_slope its
// derivative, and far a scratch of one number per class.
FER_PART void NAME(fer_others_row)(const fer_triplet_center *p, ptrdiff_t i, bool weighted, bool squashed, REAL near,
                                   REAL near_slope, const REAL *a, const REAL *s, const REAL *ds, REAL *far,
                                   fer_triplet_center_sums *sums) {
  ptrdiff_t n = p->columns;
  REAL margin = ((const REAL *)p->margins)[i], wn = (REAL)p->negative_weight;
  ptrdiff_t candidates = 0;
  for (ptrdiff_t k = 0; k < p->classes; k++) candidates += k != p->labels[i] && (!p->eligible || p->eligible[k]);
  REAL share = p->average_over_negatives ? 1 / (REAL)candidates : 1;
  REAL h = (REAL)(p->row_scale * p->gradient_scale) * share, total = 0, negatives = 0;
  ptrdiff_t active = 0;
  NAME(fer_row_distances)(n, p->classes, weighted, a, s, p->center_values, far);
  for (ptrdiff_t k = 0; k < p->classes; k++) {
    REAL slope, negative = far[k];
    far[k] = 0;
    if (k == p->labels[i] || (p->eligible && !p->eligible[k])) continue;
    REAL l = near - wn * NAME(fer_powered)(negative, p->takes_roots, &slope) + margin;
    negatives += negative;
    if (!(l > 0)) continue;
    total += l;
    active += 1;
    far[k] = h * wn * slope;
  }
  REAL loss = (REAL)p->row_scale * share * total;
  ((REAL *)p->losses)[i] = loss;
  sums->loss += loss;
  sums->active += (double)active / (double)candidates;
  sums->negative += negatives / (REAL)candidates;
  if (active == 0 || !(p->embedding_gradient || p->center_gradient || p->inclusion_gradient || p->margin_gradient)) {
    return;
  }
  REAL pull = (REAL)active * h * near_slope;
  ptrdiff_t j = 0;
  for (; j + FER_LANES <= n; j += FER_LANES) {
    NAME(fer_others_block)(p, FER_LANES, j, i, weighted, squashed, pull, far, a, s, ds);
  }
  NAME(fer_others_block)(p, n - j, j, i, weighted, squashed, pull, far, a, s, ds);
  if (p->margin_gradient) ((REAL *)p->margin_gradient)[i] += (REAL)active * h;
}

FER_PART fer_triplet_center_sums NAME(fer_triplet_center_rows)(const fer_triplet_center *p, bool weighted,
                                                               bool squashed) {
  ptrdiff_t n = p->columns, classes = p->classes;
  REAL *squash = p->scratch, *ds = squash + n, *gathered = ds + n, *gathered_slopes = gathered + n;
  REAL *far_slopes = gathered_slopes + n;
  const REAL *margins = p->margins, *values = p->center_values, *slopes = p->center_slopes;
  REAL *losses = p->losses;
  REAL w = (REAL)p->positive_weight, wn = (REAL)p->negative_weight;
  REAL row_scale = (REAL)p->row_scale, scale = (REAL)p->squash_scale;
  REAL h = (REAL)(p->row_scale * p->gradient_scale);
  bool differentiates = p->embedding_gradient || p->center_gradient || p->inclusion_gradient || p->margin_gradient;
  fer_triplet_center_sums sums = {0, 0, 0, 0, 0};

  for (ptrdiff_t i = 0; i < p->rows; i++) {
    losses[i] = 0;
    if (!p->valid[i]) continue;
    const REAL *x = (const REAL *)p->embeddings + i * n, *s = squashed ? squash : x;
    const REAL *a = weighted ? (const REAL *)p->inclusion + i * n : x;
    if (squashed) {
      FER_INDEPENDENT_LOOP
      for (ptrdiff_t j = 0; j < n; j++) {
        REAL value, slope;
        NAME(fer_squash_one)(scale * x[j], &value, &slope);
        squash[j] = value;
        ds[j] = scale * slope;
      }
    }
    REAL positive = NAME(fer_weighted_distance)(n, weighted, a, s, values + p->labels[i] * n);
    sums.margin += margins[i];
    sums.positive += positive;
    REAL near_slope, far_slope, near = w * NAME(fer_powered)(positive, p->takes_roots, &near_slope);
    near_slope *= w;
    if (!p->negatives) {
      NAME(fer_others_row)(p, i, weighted, squashed, near, near_slope, a, s, ds, far_slopes, &sums);
      continue;
    }

    const int32_t *chosen = p->negatives_per_coordinate ? p->negatives + i * n : p->negatives + i;
    const REAL *v = values + chosen[0] * n, *dv = slopes + chosen[0] * n;
    if (p->negatives_per_coordinate) {
      NAME(fer_gather)(n, classes, chosen, values, slopes, gathered, gathered_slopes);
      v = gathered;
      dv = gathered_slopes;
    }
    REAL negative = NAME(fer_weighted_distance)(n, weighted, a, s, v);
    REAL l = near - wn * NAME(fer_powered)(negative, p->takes_roots, &far_slope) + margins[i];
    sums.negative += negative;
    if (!(l > 0)) continue;
    losses[i] = row_scale * l;
    sums.active += 1;
    sums.loss += losses[i];
    if (!differentiates) continue;
    REAL far = h * wn * far_slope;
    NAME(fer_row_gradient)(p, i, weighted, squashed, h, h * near_slope, far, a, s, ds, v);
    if (!p->center_gradient || !p->negative_center_gradient) continue;
    if (p->negatives_per_coordinate) {
      NAME(fer_scatter)(n, classes, weighted, chosen, far, a, s, v, gathered_slopes, p->center_gradient);
    } else {
      REAL *g = (REAL *)p->center_gradient + chosen[0] * n;
      NAME(fer_center_row_gradient)(n, weighted, squashed, far, a, s, v, dv, g);
    }
  }
  return sums;
}

FER_KERNEL
fer_triplet_center_sums NAME(fer_triplet_center)(const fer_triplet_center *p) {
  if (p->inclusion) {
    return p->squashes ? NAME(fer_triplet_center_rows)(p, true, true) : NAME(fer_triplet_center_rows)(p, true, false);
  }
  return p->squashes ? NAME(fer_triplet_center_rows)(p, false, true) : NAME(fer_triplet_center_rows)(p, false, false);
}

#undef FER_SLOPE

// The triplet-center loss with a hinge: value, distances and all gradients, row by row. A row and its scratch stay in
// the first cache, so the batch is read once.

enum { NAME(fer_few_classes) = 16 };

FER_PART REAL NAME(fer_weighted_distance)(ptrdiff_t n, const REAL *a, const REAL *s, const REAL *c) {
  FER_SUM_LOOP
  REAL sum = 0;
  for (ptrdiff_t j = 0; j < n; j++) {
    REAL d = s[j] - c[j];
    sum += a[j] * (d * d);
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
FER_PART void NAME(fer_scatter)(ptrdiff_t n, ptrdiff_t classes, const int32_t *chosen, REAL h, const REAL *a,
                                const REAL *s, const REAL *v, REAL *dv, REAL *gradient) {
  FER_INDEPENDENT_LOOP
  for (ptrdiff_t j = 0; j < n; j++) dv[j] = 2 * h * a[j] * (s[j] - v[j]) * dv[j];
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
FER_PART void NAME(fer_row_gradient)(const fer_triplet_center *p, ptrdiff_t i, REAL h, REAL near, REAL far,
                                     const REAL *a, const REAL *s, const REAL *ds, const REAL *v) {
  ptrdiff_t n = p->columns, own = p->labels[i] * n;
  const REAL *u = (const REAL *)p->center_values + own, *du = (const REAL *)p->center_slopes + own;
  if (p->embedding_gradient) {
    REAL *g = (REAL *)p->embedding_gradient + i * n;
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < n; j++) g[j] += 2 * a[j] * (near * (s[j] - u[j]) - far * (s[j] - v[j])) * ds[j];
  }
  if (p->center_gradient) {
    REAL *g = (REAL *)p->center_gradient + own;
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < n; j++) g[j] -= 2 * near * a[j] * (s[j] - u[j]) * du[j];
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

FER_PART void NAME(fer_center_row_gradient)(ptrdiff_t n, REAL h, const REAL *a, const REAL *s, const REAL *v,
                                            const REAL *dv, REAL *gradient) {
  FER_INDEPENDENT_LOOP
  for (ptrdiff_t j = 0; j < n; j++) gradient[j] += 2 * h * a[j] * (s[j] - v[j]) * dv[j];
}

FER_KERNEL
fer_triplet_center_sums NAME(fer_triplet_center)(const fer_triplet_center *p) {
  ptrdiff_t n = p->columns, classes = p->classes;
  REAL *s = p->scratch, *ds = s + n, *gathered = ds + n, *gathered_slopes = gathered + n, *ones = gathered_slopes + n;
  const REAL *margins = p->margins, *values = p->center_values, *slopes = p->center_slopes;
  REAL *losses = p->losses;
  REAL w = (REAL)p->positive_weight, wn = (REAL)p->negative_weight;
  REAL row_scale = (REAL)p->row_scale, scale = (REAL)p->squash_scale;
  REAL h = (REAL)(p->row_scale * p->gradient_scale);
  bool differentiates = p->embedding_gradient || p->center_gradient || p->inclusion_gradient || p->margin_gradient;
  fer_triplet_center_sums sums = {0, 0, 0, 0, 0};
  for (ptrdiff_t j = 0; j < n; j++) ones[j] = 1;

  for (ptrdiff_t i = 0; i < p->rows; i++) {
    losses[i] = 0;
    if (!p->valid[i]) continue;
    const REAL *x = (const REAL *)p->embeddings + i * n;
    const REAL *a = p->inclusion ? (const REAL *)p->inclusion + i * n : ones;
    if (p->squashes) {
      FER_INDEPENDENT_LOOP
      for (ptrdiff_t j = 0; j < n; j++) {
        REAL value, slope;
        NAME(fer_squash_one)(scale * x[j], &value, &slope);
        s[j] = value;
        ds[j] = scale * slope;
      }
    } else {
      for (ptrdiff_t j = 0; j < n; j++) s[j] = x[j], ds[j] = 1;
    }
    REAL positive = NAME(fer_weighted_distance)(n, a, s, values + p->labels[i] * n);
    sums.margin += margins[i];
    sums.positive += positive;
    REAL near_slope, far_slope, near = w * NAME(fer_powered)(positive, p->takes_roots, &near_slope);
    near_slope *= w;

    if (p->negatives) {
      const int32_t *chosen = p->negatives_per_coordinate ? p->negatives + i * n : p->negatives + i;
      const REAL *v = values + chosen[0] * n, *dv = slopes + chosen[0] * n;
      if (p->negatives_per_coordinate) {
        NAME(fer_gather)(n, classes, chosen, values, slopes, gathered, gathered_slopes);
        v = gathered;
        dv = gathered_slopes;
      }
      REAL negative = NAME(fer_weighted_distance)(n, a, s, v);
      REAL l = near - wn * NAME(fer_powered)(negative, p->takes_roots, &far_slope) + margins[i];
      sums.negative += negative;
      if (!(l > 0)) continue;
      losses[i] = row_scale * l;
      sums.active += 1;
      sums.loss += losses[i];
      if (!differentiates) continue;
      REAL far = h * wn * far_slope;
      NAME(fer_row_gradient)(p, i, h, h * near_slope, far, a, s, ds, v);
      if (!p->center_gradient || !p->negative_center_gradient) continue;
      if (p->negatives_per_coordinate) {
        NAME(fer_scatter)(n, classes, chosen, far, a, s, v, gathered_slopes, p->center_gradient);
      } else {
        NAME(fer_center_row_gradient)(n, far, a, s, v, dv, (REAL *)p->center_gradient + chosen[0] * n);
      }
      continue;
    }

    ptrdiff_t candidates = 0;
    for (ptrdiff_t k = 0; k < classes; k++) candidates += k != p->labels[i] && (!p->eligible || p->eligible[k]);
    REAL share = p->average_over_negatives ? 1 / (REAL)candidates : 1;
    REAL total = 0, negatives = 0;
    ptrdiff_t active = 0;
    for (ptrdiff_t k = 0; k < classes; k++) {
      if (k == p->labels[i] || (p->eligible && !p->eligible[k])) continue;
      const REAL *v = values + k * n, *dv = slopes + k * n;
      REAL negative = NAME(fer_weighted_distance)(n, a, s, v);
      REAL l = near - wn * NAME(fer_powered)(negative, p->takes_roots, &far_slope) + margins[i];
      negatives += negative;
      if (!(l > 0)) continue;
      total += l;
      active += 1;
      if (!differentiates) continue;
      REAL far = h * share * wn * far_slope;
      NAME(fer_row_gradient)(p, i, h * share, h * share * near_slope, far, a, s, ds, v);
      if (p->center_gradient && p->negative_center_gradient) {
        NAME(fer_center_row_gradient)(n, far, a, s, v, dv, (REAL *)p->center_gradient + k * n);
      }
    }
    losses[i] = row_scale * share * total;
    sums.loss += losses[i];
    sums.active += (double)active / (double)candidates;
    sums.negative += negatives / (REAL)candidates;
  }
  return sums;
}

// The triplet-center loss of one row against all other classes.

// A squared distance to the power of the loss, and the derivative, zero below the bound of the root.
FER_PART REAL NAME(fer_powered)(REAL distance, bool takes_roots, REAL *slope) {
  const REAL bound = (REAL)1e-12;
  *slope = 1;
  if (!takes_roots) return distance;
  REAL root = (REAL)sqrt((double)(distance > bound ? distance : bound));
  *slope = distance > bound ? (REAL)0.5 / root : 0;
  return root;
}

// The gradients of `width` coordinates of one row against all other classes, except the margin's. They stay in
// registers while the classes pass by; far[k] is zero where class k adds nothing. `ds` is twice the slopes.
FER_PART void NAME(fer_others_block)(const fer_triplet_center *p, ptrdiff_t width, ptrdiff_t first, ptrdiff_t i,
                                     REAL near, const REAL *far, const REAL *a, const REAL *s, const REAL *ds) {
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
    for (ptrdiff_t j = 0; j < width; j++) g[j] -= 2 * a[j] * sum[j] * slopes[own * n + j];
  }
  for (ptrdiff_t k = 0; k < p->classes; k++) {
    if (far[k] == 0) continue;
    const REAL *v = values + k * n, *dv = slopes + k * n;
    for (ptrdiff_t j = 0; j < width; j++) sum[j] -= far[k] * (point[j] - v[j]);
    if (!centers || !p->negative_center_gradient) continue;
    REAL *g = centers + k * n, h = 2 * far[k];
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < width; j++) g[j] += h * a[j] * (point[j] - v[j]) * dv[j];
  }
  if (p->embedding_gradient) {
    REAL *g = (REAL *)p->embedding_gradient + i * n + first;
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < width; j++) g[j] += a[j] * sum[j] * ds[j];
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
FER_PART void NAME(fer_others_row)(const fer_triplet_center *p, ptrdiff_t i, REAL near, REAL near_slope, REAL margin,
                                   const REAL *a, const REAL *s, const REAL *ds, REAL *far,
                                   fer_triplet_center_sums *sums) {
  ptrdiff_t n = p->columns;
  REAL wn = (REAL)p->negative_weight;
  ptrdiff_t candidates = 0;
  for (ptrdiff_t k = 0; k < p->classes; k++) candidates += k != p->labels[i] && (!p->eligible || p->eligible[k]);
  REAL share = p->average_over_negatives ? 1 / (REAL)candidates : 1;
  REAL h = (REAL)(p->row_scale * p->gradient_scale) * share, total = 0, negatives = 0;
  ptrdiff_t active = 0;
  if (p->inclusion) {
    NAME(fer_row_distances)(n, p->classes, true, a, s, p->center_values, far);
  } else {
    NAME(fer_row_distances)(n, p->classes, false, a, s, p->center_values, far);
  }
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
    NAME(fer_others_block)(p, FER_LANES, j, i, pull, far, a, s, ds);
  }
  NAME(fer_others_block)(p, n - j, j, i, pull, far, a, s, ds);
  if (p->margin_gradient) ((REAL *)p->margin_gradient)[i] += (REAL)active * h;
}


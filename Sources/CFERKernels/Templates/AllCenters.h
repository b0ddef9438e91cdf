// The triplet-center loss of one row against all other classes.

// The gradients of some vectors of coordinates of a row by all classes, except the margin's. They stay in registers
// while the classes pass by; slopes[k] is the derivative by the squared distance to class k. `count` is the number of
// lanes that are coordinates: where it is less than all, there is one vector. `weighted` says whether there are inclusion
// weights, or gradients by them.
FER_PART void NAME(fer_others_vectors)(const NAME(fer_center_space) *w, const NAME(fer_center_row) *row, int vectors,
                                       ptrdiff_t count, bool weighted, ptrdiff_t own, ptrdiff_t j,
                                       const REAL *slopes) {
  const fer_triplet_center *p = w->p;
  ptrdiff_t n = p->columns, lanes = NAME(fer_lanes);
  const REAL *values = (const REAL *)p->center_values + j, *center_slopes = (const REAL *)p->center_slopes + j;
  NAME(fer_vector) a[FER_TOGETHER], s[FER_TOGETHER], slope;
  NAME(fer_vector) pull[FER_TOGETHER] = {{0}}, square[FER_TOGETHER] = {{0}};
  FER_UNROLLED_LOOP
  for (int v = 0; v < vectors; v++) {
    NAME(fer_load)(count, row->s + j + v * lanes, &s[v]);
    if (weighted) NAME(fer_load)(count, row->a + j + v * lanes, &a[v]);
  }
  for (ptrdiff_t k = 0; k < p->classes; k++) {
    if (slopes[k] == 0) continue;
    bool reaches = k == own ? row->own_gradient : row->other_gradient;
    REAL *sums = reaches ? w->gradient + NAME(fer_sum)(w, k) + j : NULL;
    FER_UNROLLED_LOOP
    for (int v = 0; v < vectors; v++) {
      NAME(fer_vector) gap, terms;
      NAME(fer_load)(count, values + k * n + v * lanes, &gap);
      gap = s[v] - gap;
      terms = slopes[k] * gap;
      pull[v] += terms;
      if (weighted) square[v] += terms * gap;
      if (!reaches) continue;
      terms = weighted ? -(terms * a[v]) : -terms;
      NAME(fer_add_to_center)(w, count, sums + v * lanes, center_slopes + k * n + v * lanes, &terms);
    }
  }
  FER_UNROLLED_LOOP
  for (int v = 0; v < vectors; v++) {
    if (row->gradient) {
      NAME(fer_load)(count, row->slopes + j + v * lanes, &slope);
      pull[v] *= weighted ? a[v] * slope : slope;
      NAME(fer_put_vector)(count, NAME(fer_use_of)(p->writes), row->gradient + j + v * lanes, &pull[v]);
    }
    if (row->inclusion_gradient) {
      NAME(fer_put_vector)(count, NAME(fer_use_of)(p->writes), row->inclusion_gradient + j + v * lanes, &square[v]);
    }
  }
}

// The gradients of a row, except the margin's.
FER_PART void NAME(fer_others_gradient)(const NAME(fer_center_space) *w, const NAME(fer_center_row) *row, bool weighted,
                                        ptrdiff_t own, const REAL *slopes) {
  ptrdiff_t n = w->p->columns, lanes = NAME(fer_lanes), j = 0;
  for (; j + FER_TOGETHER * lanes <= n; j += FER_TOGETHER * lanes) {
    NAME(fer_others_vectors)(w, row, FER_TOGETHER, NAME(fer_lanes), weighted, own, j, slopes);
  }
  for (; j + lanes <= n; j += lanes) NAME(fer_others_vectors)(w, row, 1, NAME(fer_lanes), weighted, own, j, slopes);
  if (j < n) NAME(fer_others_vectors)(w, row, 1, n - j, weighted, own, j, slopes);
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

// Row i, which lies at `slot`, against its own class and all other eligible ones. Returns whether anything is active.
FER_PART bool NAME(fer_others_row)(const NAME(fer_center_space) *w, ptrdiff_t i, ptrdiff_t slot, REAL margin,
                                   fer_triplet_center_sums *sums) {
  const fer_triplet_center *p = w->p;
  ptrdiff_t n = p->columns, own = p->labels[i];
  REAL *far = w->far;
  NAME(fer_center_row) row;
  NAME(fer_place_row)(w, i, slot, false, &row);
  REAL wn = (REAL)p->negative_weight;
  ptrdiff_t candidates = 0;
  for (ptrdiff_t k = 0; k < p->classes; k++) candidates += k != own && (!p->eligible || p->eligible[k]);
  REAL share = p->average_over_negatives ? 1 / (REAL)candidates : 1;
  REAL h = (REAL)(p->row_scale * p->gradient_scale) * share, total = 0, negatives = 0;
  ptrdiff_t active = 0;
  if (p->inclusion) {
    NAME(fer_row_distances)(n, p->classes, true, row.a, row.s, p->center_values, far);
  } else {
    NAME(fer_row_distances)(n, p->classes, false, row.a, row.s, p->center_values, far);
  }
  REAL positive = far[own], near_slope;
  REAL near = (REAL)p->positive_weight * NAME(fer_powered)(positive, p->takes_roots, &near_slope);
  sums->positive += positive;
  for (ptrdiff_t k = 0; k < p->classes; k++) {
    REAL slope, negative = far[k];
    far[k] = 0;
    if (k == own || (p->eligible && !p->eligible[k])) continue;
    REAL l = NAME(fer_bracket)(near, wn * NAME(fer_powered)(negative, p->takes_roots, &slope), margin);
    negatives += negative;
    if (!(l > 0)) continue;
    total += l;
    active += 1;
    far[k] = -h * wn * slope;
  }
  REAL loss = (REAL)p->row_scale * share * total;
  ((REAL *)p->losses)[i] = loss;
  sums->loss += loss;
  sums->active += (double)active / (double)candidates;
  sums->negative += negatives / (REAL)candidates;
  if (active == 0) return false;
  far[own] = (REAL)active * h * (REAL)p->positive_weight * near_slope;
  if (p->margin_gradient) ((REAL *)p->margin_gradient)[i] += (REAL)active * h;
  if (!(p->embedding_gradient || p->center_gradient || p->inclusion_gradient)) return true;
  if (p->inclusion || p->inclusion_gradient) {
    NAME(fer_others_gradient)(w, &row, true, own, far);
  } else {
    NAME(fer_others_gradient)(w, &row, false, own, far);
  }
  return true;
}

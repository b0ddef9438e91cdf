// The triplet-center loss of one row against all other classes.

// The gradients of one vector of coordinates of a row by all classes, except the margin's. They stay in registers while
// the classes pass by; slopes[k] is the derivative by the squared distance to class k.
FER_PART void NAME(fer_others_vector)(const NAME(fer_center_space) *w, const NAME(fer_center_row) *row,
                                      ptrdiff_t count, ptrdiff_t own, ptrdiff_t j, const REAL *slopes) {
  const fer_triplet_center *p = w->p;
  ptrdiff_t n = p->columns;
  const REAL *values = (const REAL *)p->center_values + j, *center_slopes = (const REAL *)p->center_slopes + j;
  NAME(fer_vector) a, s, slope, pull = {0}, square = {0};
  NAME(fer_load)(count, row->a + j, &a);
  NAME(fer_load)(count, row->s + j, &s);
  NAME(fer_load)(count, row->slopes + j, &slope);
  for (ptrdiff_t k = 0; k < p->classes; k++) {
    if (slopes[k] == 0) continue;
    NAME(fer_vector) gap;
    NAME(fer_load)(count, values + k * n, &gap);
    gap = s - gap;
    NAME(fer_vector) terms = slopes[k] * gap;
    pull += terms;
    square += terms * gap;
    if (!(k == own ? row->own_gradient : row->other_gradient)) continue;
    terms *= -a;
    NAME(fer_add_to_center)(w, count, w->gradient + NAME(fer_sum)(w, k) + j, center_slopes + k * n, &terms);
  }
  if (row->gradient) {
    pull *= a * slope;
    NAME(fer_put_vector)(count, p->writes, row->gradient + j, &pull);
  }
  if (row->inclusion_gradient) NAME(fer_put_vector)(count, p->writes, row->inclusion_gradient + j, &square);
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

// Row i, which lies at `slot`, against all other eligible classes; near is the positive distance's part of the bracket,
// near_slope its derivative. Returns whether anything is active.
FER_PART bool NAME(fer_others_row)(const NAME(fer_center_space) *w, ptrdiff_t i, ptrdiff_t slot, REAL near,
                                   REAL near_slope, REAL margin, fer_triplet_center_sums *sums) {
  const fer_triplet_center *p = w->p;
  ptrdiff_t n = p->columns, own = p->labels[i], j = 0;
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
  for (ptrdiff_t k = 0; k < p->classes; k++) {
    REAL slope, negative = far[k];
    far[k] = 0;
    if (k == own || (p->eligible && !p->eligible[k])) continue;
    REAL l = near - wn * NAME(fer_powered)(negative, p->takes_roots, &slope) + margin;
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
  far[own] = (REAL)active * h * near_slope;
  if (p->margin_gradient) ((REAL *)p->margin_gradient)[i] += (REAL)active * h;
  if (!(p->embedding_gradient || p->center_gradient || p->inclusion_gradient)) return true;
  for (; j + NAME(fer_lanes) <= n; j += NAME(fer_lanes)) {
    NAME(fer_others_vector)(w, &row, NAME(fer_lanes), own, j, far);
  }
  if (j < n) NAME(fer_others_vector)(w, &row, n - j, own, j, far);
  return true;
}

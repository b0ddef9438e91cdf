// The distances of the rows of a batch to their own centers, and all gradients of their weighted sum, row by row.

// Where one row reads and writes. Gradients are added to, or written if `writes` says so; those of centers are always
// added to.
typedef struct {
  bool weighted, directed, writes;
  const REAL *x, *c, *a;                                  // the row or its direction, its center, inclusion weights
  REAL *gradient, *center_gradient, *inclusion_gradient;  // NULL where it is not asked for
  REAL h, scale;                                          // the factor of gradients, and of those by the row
} NAME(fer_center_loss_row);

// One vector of a row: its part of the distance and, for directions, of the gradient's length along them.
FER_PART void NAME(fer_center_loss_measure)(const NAME(fer_center_loss_row) *row, ptrdiff_t count, ptrdiff_t j,
                                            NAME(fer_vector) *distance, NAME(fer_vector) *along) {
  NAME(fer_vector) x, c, a;
  NAME(fer_load)(count, row->x + j, &x);
  NAME(fer_load)(count, row->c + j, &c);
  NAME(fer_vector) d = x - c, terms = d;
  if (row->weighted) {
    NAME(fer_load)(count, row->a + j, &a);
    terms = a * d;
  }
  *distance += terms * d;
  if (row->directed) *along += terms * x;
}

// One vector of the gradients of a row.
FER_PART void NAME(fer_center_loss_gradient)(const NAME(fer_center_loss_row) *row, ptrdiff_t count, ptrdiff_t j,
                                             REAL along) {
  NAME(fer_vector) x, c, a;
  NAME(fer_load)(count, row->x + j, &x);
  NAME(fer_load)(count, row->c + j, &c);
  NAME(fer_vector) d = x - c, slope = d;
  if (row->weighted) {
    NAME(fer_load)(count, row->a + j, &a);
    slope = a * d;
  }
  if (row->center_gradient) {
    NAME(fer_vector) terms = -2 * row->h * slope;
    NAME(fer_add_vector)(count, row->center_gradient + j, &terms);
  }
  if (row->gradient) {
    NAME(fer_vector) terms = row->scale * (row->directed ? slope - along * x : slope);
    NAME(fer_put_vector)(count, NAME(fer_use_of)(row->writes), row->gradient + j, &terms);
  }
  if (row->inclusion_gradient) {
    NAME(fer_vector) terms = row->h * (d * d);
    NAME(fer_put_vector)(count, NAME(fer_use_of)(row->writes), row->inclusion_gradient + j, &terms);
  }
}

// Measures a row, and gives its gradients. Those of a direction need the whole row measured before; otherwise both are
// done in one pass.
FER_PART REAL NAME(fer_center_loss_of_row)(const NAME(fer_center_loss_row) *row, ptrdiff_t n) {
  const ptrdiff_t lanes = NAME(fer_lanes);
  NAME(fer_vector) distance = {0}, more = {0}, along = {0};
  ptrdiff_t j = 0;
  for (; j + 2 * lanes <= n; j += 2 * lanes) {
    NAME(fer_center_loss_measure)(row, NAME(fer_lanes), j, &distance, &along);
    NAME(fer_center_loss_measure)(row, NAME(fer_lanes), j + lanes, &more, &along);
    if (row->directed) continue;
    NAME(fer_center_loss_gradient)(row, NAME(fer_lanes), j, 0);
    NAME(fer_center_loss_gradient)(row, NAME(fer_lanes), j + lanes, 0);
  }
  for (; j < n; j += lanes) {
    ptrdiff_t count = n - j < lanes ? n - j : lanes;
    NAME(fer_center_loss_measure)(row, count, j, &distance, &along);
    if (!row->directed) NAME(fer_center_loss_gradient)(row, count, j, 0);
  }
  distance += more;
  if (row->directed) {
    REAL length = NAME(fer_lane_sum)(&along);
    for (j = 0; j + lanes <= n; j += lanes) NAME(fer_center_loss_gradient)(row, NAME(fer_lanes), j, length);
    if (j < n) NAME(fer_center_loss_gradient)(row, n - j, j, length);
  }
  return NAME(fer_lane_sum)(&distance);
}

// Compiled for each answer to whether there are inclusion weights, whether directions are measured, for which rows are
// scaled first, and whether gradients are written.
FER_PART double NAME(fer_center_loss_rows)(const fer_center_loss *p, bool weighted, bool directed, bool writes) {
  ptrdiff_t n = p->columns;
  const REAL *inverse = p->inverse_lengths;
  REAL *distances = p->distances, *direction = p->scratch;
  REAL h = (REAL)p->gradient_scale;
  double sum = 0;
  for (ptrdiff_t r = 0; r < p->rows; r++) {
    ptrdiff_t i = p->indices[r];
    NAME(fer_center_loss_row) row = {
      .weighted = weighted, .directed = directed, .writes = writes,
      .x = (const REAL *)p->embeddings + i * n, .c = (const REAL *)p->centers + p->labels[i] * n,
      .a = weighted ? (const REAL *)p->inclusion + i * n : NULL,
      .gradient = p->embedding_gradient ? (REAL *)p->embedding_gradient + i * n : NULL,
      .center_gradient = p->center_gradient ? (REAL *)p->center_gradient + p->labels[i] * n : NULL,
      .inclusion_gradient = weighted && p->inclusion_gradient ? (REAL *)p->inclusion_gradient + i * n : NULL,
      .h = h, .scale = directed ? 2 * h * inverse[r] : 2 * h
    };
    if (directed) {
      FER_INDEPENDENT_LOOP
      for (ptrdiff_t j = 0; j < n; j++) direction[j] = inverse[r] * row.x[j];
      row.x = direction;
    }
    distances[r] = NAME(fer_center_loss_of_row)(&row, n);
    sum += (double)distances[r];
  }
  return sum;
}

FER_KERNEL
double NAME(fer_center_loss)(const fer_center_loss *p) {
  if (p->writes && p->center_gradient) memset(p->center_gradient, 0, (size_t)(p->classes * p->columns) * sizeof(REAL));
#define FER_ROWS(weighted, directed)                                                \
  (p->writes ? NAME(fer_center_loss_rows)(p, weighted, directed, true) \
             : NAME(fer_center_loss_rows)(p, weighted, directed, false))
  bool directed = p->inverse_lengths != NULL;
  if (p->inclusion) return directed ? FER_ROWS(true, true) : FER_ROWS(true, false);
  return directed ? FER_ROWS(false, true) : FER_ROWS(false, false);
#undef FER_ROWS
}

// The triplet-center loss in strips of columns, whose squashed coordinates stay in the first cache. Rows are read and
// written from begin to end, as the processor expects it, and the next strip is asked for while one is worked on.

// The rows of a group: which they are, their distances, and the derivatives by these.
typedef struct {
  ptrdiff_t count, rows[FER_GROUP];
  NAME(fer_vector) positive[FER_GROUP], negative[FER_GROUP], weight[FER_GROUP];
  REAL near[FER_GROUP], far[FER_GROUP];
  BITS largest;                  // of the magnitudes of all coordinates and weights, where they are looked at
} NAME(fer_center_group);

// Where one row reads and writes: everything at coordinate j lies at j, but centers and their gradients at j * step.
typedef struct {
  ptrdiff_t step;
  const REAL *a;                              // inclusion weights
  const REAL *s, *slopes;                     // squashed coordinates, and twice the slopes
  const REAL *own, *other;                    // its center, and the negative
  const int32_t *chosen;                      // or the classes from which the negative is put together
  REAL *others;                               // the negative put together, then half of the gradient by it
  REAL *own_gradient, *other_gradient;        // by centers
  const REAL *own_slopes, *other_slopes;      // of centers
  REAL *gradient, *inclusion_gradient;        // by the row and by its weights
} NAME(fer_center_row);

FER_PART void NAME(fer_place_row)(const NAME(fer_center_space) *w, ptrdiff_t i, ptrdiff_t slot, bool synthesised,
                                  NAME(fer_center_row) *row) {
  const fer_triplet_center *p = w->p;
  ptrdiff_t entry = i * p->columns, place = slot * w->stride, own = p->labels[i];
  ptrdiff_t other = p->negatives && !synthesised ? p->negatives[i] : own;
  bool reaches_other = p->center_gradient && p->negative_center_gradient;
  *row = (NAME(fer_center_row)){
    .step = NAME(fer_step)(w),
    .a = p->inclusion ? (const REAL *)p->inclusion + entry : w->ones,
    .s = p->squashes ? w->rows + place : (const REAL *)p->embeddings + entry,
    .slopes = p->squashes ? w->slopes + place : w->twos,
    .own = (const REAL *)p->center_values + own * p->columns,
    .other = (const REAL *)p->center_values + other * p->columns,
    .chosen = synthesised ? p->negatives + entry : NULL, .others = w->others + place,
    .own_gradient = p->center_gradient ? w->gradient + NAME(fer_sum)(w, own) : NULL,
    .other_gradient = reaches_other ? w->gradient + NAME(fer_sum)(w, other) : NULL,
    .own_slopes = (const REAL *)p->center_slopes + own * p->columns,
    .other_slopes = (const REAL *)p->center_slopes + other * p->columns,
    .gradient = p->embedding_gradient ? (REAL *)p->embedding_gradient + entry : NULL,
    .inclusion_gradient = p->inclusion_gradient ? (REAL *)p->inclusion_gradient + entry : NULL
  };
}

// The largest magnitude of `count` numbers, by its bits: that of an infinity or a NaN is at least the exponent's mask.
FER_PART BITS NAME(fer_largest_magnitude)(ptrdiff_t count, const REAL *x) {
  BITS largest = 0;
  for (ptrdiff_t j = 0; j < count; j++) {
    BITS bits;
    memcpy(&bits, &x[j], sizeof bits);
    bits &= ~(BITS)SIGN_BIT;
    largest = bits > largest ? bits : largest;
  }
  return largest;
}

// The same for the coordinates and weights of row i between two columns.
FER_PART BITS NAME(fer_largest_of_row)(const fer_triplet_center *p, ptrdiff_t i, ptrdiff_t start, ptrdiff_t end) {
  ptrdiff_t place = i * p->columns + start;
  BITS largest = NAME(fer_largest_magnitude)(end - start, (const REAL *)p->embeddings + place);
  BITS weight = p->inclusion ? NAME(fer_largest_magnitude)(end - start, (const REAL *)p->inclusion + place) : 0;
  return largest > weight ? largest : weight;
}

// Puts one vector of a row's negative together.
FER_PART void NAME(fer_gather)(const NAME(fer_center_space) *w, const NAME(fer_center_row) *row, ptrdiff_t count,
                               ptrdiff_t j, NAME(fer_vector) *v) {
  if (w->places > 0) {
    NAME(fer_index) chosen, value, found = {0};
    NAME(fer_load_classes)(count, row->chosen + j, &chosen);
    const REAL *table = w->copy + j * w->places;
    FER_UNROLLED_LOOP
    for (int k = 0; k < w->places; k++) {
      memcpy(&value, table + k * NAME(fer_lanes), sizeof value);
      found |= (chosen == k) & value;
    }
    *v = (NAME(fer_vector))found;
  } else {
    const REAL *values = w->p->center_values;
    REAL lanes[NAME(fer_lanes)] = {0};
    for (ptrdiff_t l = 0; l < count; l++) lanes[l] = values[row->chosen[j + l] * w->p->columns + j + l];
    memcpy(v, lanes, sizeof *v);
  }
}

// Which negative a row meets: a center, one put together from several, or none in particular.
typedef enum { NAME(fer_center_negative), NAME(fer_synthesised_negative), NAME(fer_no_negative) } NAME(fer_negative);

// Adds what one vector of coordinates adds to the two distances of a row, and its weights.
FER_PART void NAME(fer_measure_vector)(const NAME(fer_center_space) *w, const NAME(fer_center_row) *row,
                                       ptrdiff_t count, ptrdiff_t j, NAME(fer_negative) kind,
                                       NAME(fer_vector) *positive, NAME(fer_vector) *negative,
                                       NAME(fer_vector) *weight) {
  NAME(fer_vector) a, s, u, v = {0};
  NAME(fer_load)(count, row->a + j, &a);
  NAME(fer_load)(count, row->s + j, &s);
  NAME(fer_load)(count, row->own + j, &u);
  u = s - u;
  *positive += a * u * u;
  *weight += a;
  if (kind == NAME(fer_no_negative)) return;
  if (kind == NAME(fer_synthesised_negative)) {
    NAME(fer_gather)(w, row, count, j, &v);
    memcpy(row->others + j, &v, sizeof v);
  } else {
    NAME(fer_load)(count, row->other + j, &v);
  }
  v = s - v;
  *negative += a * v * v;
}

// Where the strip begins that follows in memory; after the last one, where this one begins.
FER_PART ptrdiff_t NAME(fer_next_strip)(const fer_triplet_center *p, ptrdiff_t i, ptrdiff_t start, ptrdiff_t end) {
  ptrdiff_t next = i * p->columns + end;
  return next + NAME(fer_strip) <= p->rows * p->columns ? next : i * p->columns + start;
}

// Squashes a strip of one row, and measures it.
FER_PART void NAME(fer_measure_strip)(const NAME(fer_center_space) *w, NAME(fer_center_group) *group, ptrdiff_t slot,
                                      ptrdiff_t start, ptrdiff_t end, NAME(fer_negative) kind) {
  const fer_triplet_center *p = w->p;
  ptrdiff_t i = group->rows[slot], next = NAME(fer_next_strip)(p, i, start, end);
  const REAL *next_x = (const REAL *)p->embeddings + next;
  const REAL *next_a = p->inclusion ? (const REAL *)p->inclusion + next : next_x;
  NAME(fer_center_row) row;
  NAME(fer_place_row)(w, i, slot, kind == NAME(fer_synthesised_negative), &row);
  if (p->checks) {
    BITS largest = NAME(fer_largest_of_row)(p, i, start, end);
    if (largest > group->largest) group->largest = largest;
  }
  if (p->squashes) {
    const REAL *x = (const REAL *)p->embeddings + i * p->columns;
    REAL scale = (REAL)p->squash_scale;
    ptrdiff_t place = slot * w->stride + start;
    NAME(fer_squash_strip)(end - start, scale, 2 * scale, x + start, w->rows + place, w->slopes + place);
  }
  // Two sums of each take turns, which hides the latency of an addition.
  NAME(fer_vector) positive = group->positive[slot], negative = group->negative[slot], weight = group->weight[slot];
  NAME(fer_vector) more_positive = {0}, more_negative = {0}, more_weight = {0};
  ptrdiff_t j = start, lanes = NAME(fer_lanes);
  for (; j + 2 * lanes <= end; j += 2 * lanes) {
    __builtin_prefetch(next_x + j - start);
    __builtin_prefetch(next_a + j - start);
    NAME(fer_measure_vector)(w, &row, NAME(fer_lanes), j, kind, &positive, &negative, &weight);
    NAME(fer_measure_vector)(w, &row, NAME(fer_lanes), j + lanes, kind, &more_positive, &more_negative,
                             &more_weight);
  }
  for (; j + lanes <= end; j += lanes) {
    NAME(fer_measure_vector)(w, &row, NAME(fer_lanes), j, kind, &positive, &negative, &weight);
  }
  if (j < end) NAME(fer_measure_vector)(w, &row, end - j, j, kind, &positive, &negative, &weight);
  group->positive[slot] = positive + more_positive;
  group->negative[slot] = negative + more_negative;
  group->weight[slot] = weight + more_weight;
}

// Adds half of the gradient by squashed coordinates of a class to the sum for its center.
FER_PART void NAME(fer_add_to_center)(const NAME(fer_center_space) *w, ptrdiff_t count, REAL *gradient,
                                      const REAL *slopes, NAME(fer_vector) *terms) {
  if (w->few) {
    NAME(fer_add_vector)(w->places > 0 ? NAME(fer_lanes) : count, gradient, terms);
  } else {
    NAME(fer_vector) slope;
    NAME(fer_load)(count, slopes, &slope);
    slope *= 2 * *terms;
    NAME(fer_add_vector)(count, gradient, &slope);
  }
}

// Writes a gradient, or adds to it.
FER_PART void NAME(fer_put_vector)(ptrdiff_t count, bool writes, REAL *gradient, const NAME(fer_vector) *terms) {
  if (writes) {
    memcpy(gradient, terms, (size_t)count * sizeof *gradient);
  } else {
    NAME(fer_add_vector)(count, gradient, terms);
  }
}

// The gradients of one vector of coordinates of a row; what a synthesised negative adds to centers is left in `others`.
// `all` says that none is left out.
FER_PART void NAME(fer_gradient_vector)(const NAME(fer_center_space) *w, const NAME(fer_center_row) *row,
                                        ptrdiff_t count, ptrdiff_t j, bool synthesised, bool all, bool writes,
                                        REAL near, REAL far) {
  ptrdiff_t place = j * row->step;
  NAME(fer_vector) a, s, slope, u, v;
  NAME(fer_load)(count, row->a + j, &a);
  NAME(fer_load)(count, row->s + j, &s);
  NAME(fer_load)(count, row->slopes + j, &slope);
  NAME(fer_load)(count, row->own + j, &u);
  if (synthesised) {
    memcpy(&v, row->others + j, sizeof v);
  } else {
    NAME(fer_load)(count, row->other + j, &v);
  }
  u = s - u;
  v = s - v;
  NAME(fer_vector) pull = near * u, push = far * v;
  if (all || row->inclusion_gradient) {
    NAME(fer_vector) terms = pull * u - push * v;
    NAME(fer_put_vector)(count, writes, row->inclusion_gradient + j, &terms);
  }
  pull *= a;
  push *= a;
  if (all || row->gradient) {
    NAME(fer_vector) terms = (pull - push) * slope;
    NAME(fer_put_vector)(count, writes, row->gradient + j, &terms);
  }
  pull = -pull;
  if (all || row->own_gradient) {
    NAME(fer_add_to_center)(w, count, row->own_gradient + place, row->own_slopes + j, &pull);
  }
  if (synthesised) {
    memcpy(row->others + j, &push, sizeof push);
  } else if (all || row->other_gradient) {
    NAME(fer_add_to_center)(w, count, row->other_gradient + place, row->other_slopes + j, &push);
  }
}

FER_PART void NAME(fer_gradient_strip)(const NAME(fer_center_space) *w, const NAME(fer_center_group) *group,
                                       ptrdiff_t slot, ptrdiff_t start, ptrdiff_t end, bool synthesised, bool all,
                                       bool writes) {
  REAL near = group->near[slot], far = group->far[slot];
  ptrdiff_t next = NAME(fer_next_strip)(w->p, group->rows[slot], start, end), j = start;
  const REAL *next_gradient = all ? (const REAL *)w->p->embedding_gradient + next : NULL;
  const REAL *next_inclusion = all ? (const REAL *)w->p->inclusion_gradient + next : NULL;
  NAME(fer_center_row) row;
  NAME(fer_place_row)(w, group->rows[slot], slot, synthesised, &row);
  for (; j + NAME(fer_lanes) <= end; j += NAME(fer_lanes)) {
    if (all) {
      __builtin_prefetch(next_gradient + j - start, 1);
      __builtin_prefetch(next_inclusion + j - start, 1);
    }
    NAME(fer_gradient_vector)(w, &row, NAME(fer_lanes), j, synthesised, all, writes, near, far);
  }
  if (j < end) NAME(fer_gradient_vector)(w, &row, end - j, j, synthesised, all, writes, near, far);
}

// Adds one vector of each of `rows` rows of `others` to the sums of the classes chosen in each lane.
FER_PART void NAME(fer_scatter_vector)(const NAME(fer_center_space) *w, const ptrdiff_t *slots, int rows,
                                       const NAME(fer_center_group) *group, ptrdiff_t count, ptrdiff_t j) {
  const fer_triplet_center *p = w->p;
  NAME(fer_index) chosen[FER_GROUP], terms[FER_GROUP];
  FER_UNROLLED_LOOP
  for (int r = 0; r < rows; r++) {
    NAME(fer_load_classes)(count, p->negatives + group->rows[slots[r]] * p->columns + j, &chosen[r]);
    memcpy(&terms[r], w->others + slots[r] * w->stride + j, sizeof *terms);
  }
  REAL *place = w->gradient + j * w->places;
  FER_UNROLLED_LOOP
  for (int k = 0; k < w->places; k++, place += NAME(fer_lanes)) {
    NAME(fer_vector) sum;
    memcpy(&sum, place, sizeof sum);
    FER_UNROLLED_LOOP
    for (int r = 0; r < rows; r++) sum += (NAME(fer_vector))((chosen[r] == k) & terms[r]);
    memcpy(place, &sum, sizeof sum);
  }
}

FER_PART void NAME(fer_scatter_rows)(const NAME(fer_center_space) *w, const ptrdiff_t *slots, int rows,
                                     const NAME(fer_center_group) *group) {
  ptrdiff_t n = w->p->columns, j = 0;
  for (; j + NAME(fer_lanes) <= n; j += NAME(fer_lanes)) {
    NAME(fer_scatter_vector)(w, slots, rows, group, NAME(fer_lanes), j);
  }
  if (j < n) NAME(fer_scatter_vector)(w, slots, rows, group, n - j, j);
}

// The same for one row and many classes.
FER_PART void NAME(fer_scatter_row)(const NAME(fer_center_space) *w, ptrdiff_t slot, ptrdiff_t i) {
  ptrdiff_t n = w->p->columns;
  const REAL *slopes = w->p->center_slopes, *others = w->others + slot * w->stride;
  const int32_t *chosen = w->p->negatives + i * n;
  for (ptrdiff_t j = 0; j < n; j++) {
    w->gradient[chosen[j] * n + j] += 2 * slopes[chosen[j] * n + j] * others[j];
  }
}

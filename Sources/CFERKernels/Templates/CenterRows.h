// One row of the triplet-center loss: squashed and measured piece by piece, while its coordinates stay in the first cache,
// and then its gradients. Rows are read and written from beginning to end, as the processor expects it.

// The rows of a group: which they are, their distances, and the derivatives by these.
typedef struct {
  ptrdiff_t count, rows[FER_GROUP];
  NAME(fer_vector) positive[FER_GROUP], negative[FER_GROUP], weight[FER_GROUP];
  REAL near[FER_GROUP], far[FER_GROUP];
  BITS largest;                  // of the bits of all magnitudes that were looked at
} NAME(fer_center_group);

// Where one row reads and writes: everything at coordinate j lies at j, but centers and their gradients at j * step.
typedef struct {
  ptrdiff_t step;
  const REAL *a;                              // inclusion weights
  const REAL *s, *slopes;                     // squashed coordinates, and twice the slopes
  const REAL *own, *other;                    // its center, and the negative
  const int32_t *given;                       // or the classes from which the negative is put together
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
    .given = synthesised && p->negatives_per_coordinate ? p->negatives + entry : NULL, .others = w->others + place,
    .own_gradient = p->center_gradient ? w->gradient + NAME(fer_sum)(w, own) : NULL,
    .other_gradient = reaches_other ? w->gradient + NAME(fer_sum)(w, other) : NULL,
    .own_slopes = (const REAL *)p->center_slopes + own * p->columns,
    .other_slopes = (const REAL *)p->center_slopes + other * p->columns,
    .gradient = p->embedding_gradient ? (REAL *)p->embedding_gradient + entry : NULL,
    .inclusion_gradient = p->inclusion_gradient ? (REAL *)p->inclusion_gradient + entry : NULL
  };
}

// The larger of the magnitudes of `count` numbers and of what was seen before, by their bits: those of an infinity or a
// NaN are at least the exponent's mask.
FER_PART void NAME(fer_look_at)(ptrdiff_t count, const REAL *x, NAME(fer_unsigned) *largest) {
  NAME(fer_unsigned) bits, seen = *largest, other = {0};
  ptrdiff_t j = 0;
  for (; j + NAME(fer_lanes) <= count; j += NAME(fer_lanes)) {
    memcpy(&bits, x + j, sizeof bits);
    seen = __builtin_elementwise_max(seen, bits & ~(BITS)SIGN_BIT);
  }
  memcpy(&other, x + j, (size_t)(count - j) * sizeof *x);
  *largest = __builtin_elementwise_max(seen, other & ~(BITS)SIGN_BIT);
}

// Whether the coordinates and weights of row i are finite.
FER_PART bool NAME(fer_is_finite_row)(const fer_triplet_center *p, ptrdiff_t i) {
  NAME(fer_unsigned) largest = {0};
  NAME(fer_look_at)(p->columns, (const REAL *)p->embeddings + i * p->columns, &largest);
  if (p->inclusion) NAME(fer_look_at)(p->columns, (const REAL *)p->inclusion + i * p->columns, &largest);
  return __builtin_reduce_max(largest) < EXPONENT_MASK;
}

// Puts one vector of a row's negative together.
FER_PART void NAME(fer_gather)(const NAME(fer_center_space) *w, const NAME(fer_center_row) *row, ptrdiff_t count,
                               ptrdiff_t j, NAME(fer_vector) *v) {
  if (w->places > 0) {
    NAME(fer_index) chosen, value, found = {0};
    NAME(fer_load_classes)(count, row->given + j, &chosen);
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
    for (ptrdiff_t l = 0; l < count; l++) lanes[l] = values[row->given[j + l] * w->p->columns + j + l];
    memcpy(v, lanes, sizeof *v);
  }
}

// Which negative a row meets: a center; one put together from several, which are given or chosen here; or none in
// particular.
typedef enum {
  NAME(fer_center_negative), NAME(fer_given_negative), NAME(fer_nearest_negative), NAME(fer_no_negative)
} NAME(fer_negative);

FER_PART bool NAME(fer_is_synthesised)(NAME(fer_negative) kind) {
  return kind == NAME(fer_given_negative) || kind == NAME(fer_nearest_negative);
}

// Adds what one vector of coordinates adds to the two distances of a row, and its weights: to these alone where no negative
// in particular is met.
FER_PART void NAME(fer_measure_vector)(const NAME(fer_center_space) *w, const NAME(fer_center_row) *row,
                                       ptrdiff_t count, ptrdiff_t j, NAME(fer_negative) kind,
                                       NAME(fer_vector) *positive, NAME(fer_vector) *negative,
                                       NAME(fer_vector) *weight) {
  NAME(fer_vector) a, s, u, v = {0};
  NAME(fer_load)(count, row->a + j, &a);
  *weight += a;
  if (kind == NAME(fer_no_negative)) return;
  NAME(fer_load)(count, row->s + j, &s);
  NAME(fer_load)(count, row->own + j, &u);
  u = s - u;
  *positive += a * u * u;
  if (kind == NAME(fer_given_negative)) {
    NAME(fer_gather)(w, row, count, j, &v);
    memcpy(row->others + j, &v, sizeof v);
  } else if (kind == NAME(fer_nearest_negative)) {
    memcpy(&v, row->others + j, sizeof v);
  } else {
    NAME(fer_load)(count, row->other + j, &v);
  }
  v = s - v;
  *negative += a * v * v;
}

// Asks for numbers that will be needed, `ahead` bytes from some coordinates. Behind the end of an array nothing happens.
FER_PART void NAME(fer_ask)(ptrdiff_t count, const REAL *place, size_t ahead) {
  FER_UNROLLED_LOOP
  for (ptrdiff_t j = 0; j < count; j += 64 / (ptrdiff_t)sizeof(REAL)) {
    __builtin_prefetch((const void *)((uintptr_t)(place + j) + ahead));
  }
}

// Two sums of each kind, which take turns: that hides the latency of an addition.
typedef struct {
  NAME(fer_vector) positive[2], negative[2], weight[2];
  NAME(fer_unsigned) largest;
} NAME(fer_row_lanes);

// Squashes and measures some coordinates of a row. Between its steps, whole pieces ask for what the next ones read, which
// is of the same row or the next, and for what this row's gradients will be written over: a few at a time, because the
// processor forgets what it is asked for too fast, and memory is busy all the time.
FER_PART void NAME(fer_measure_piece)(const NAME(fer_center_space) *w, const NAME(fer_center_row) *row,
                                      const NAME(fer_candidate_list) *list, ptrdiff_t slot, const REAL *x,
                                      ptrdiff_t start, ptrdiff_t count, NAME(fer_negative) kind,
                                      NAME(fer_row_lanes) *sums) {
  const fer_triplet_center *p = w->p;
  ptrdiff_t asked = count == NAME(fer_piece) ? NAME(fer_piece) : 0;
  if (p->checks && p->inclusion) NAME(fer_look_at)(count, row->a + start, &sums->largest);
  NAME(fer_ask)(asked, x + start, FER_AHEAD);
  if (p->squashes) {
    ptrdiff_t place = slot * w->stride + start;
    REAL scale = (REAL)p->squash_scale;
    NAME(fer_squash_piece)(count, scale, 2 * scale, x + start, w->rows + place, w->slopes + place, &sums->largest);
  } else if (p->checks) {
    NAME(fer_look_at)(count, x + start, &sums->largest);
  }
  NAME(fer_ask)(asked, row->a + start, FER_AHEAD);
  if (row->gradient) NAME(fer_ask)(asked, row->gradient + start, 0);
  if (kind == NAME(fer_nearest_negative)) {
    ptrdiff_t place = slot * w->stride + start;
    NAME(fer_put_piece_together)(w, list, start, count, x, w->others + place, w->chosen + place);
  }
  if (row->inclusion_gradient) NAME(fer_ask)(asked, row->inclusion_gradient + start, 0);
  if (kind == NAME(fer_no_negative) && p->margins) return;
  ptrdiff_t j = start, end = start + count, lanes = NAME(fer_lanes);
  // Sums of its own, so that compilers fuse the same operations in every loop.
  NAME(fer_row_lanes) found = *sums;
  for (; j + 2 * lanes <= end; j += 2 * lanes) {
    NAME(fer_measure_vector)(w, row, NAME(fer_lanes), j, kind, &found.positive[0], &found.negative[0],
                             &found.weight[0]);
    NAME(fer_measure_vector)(w, row, NAME(fer_lanes), j + lanes, kind, &found.positive[1], &found.negative[1],
                             &found.weight[1]);
  }
  for (; j < end; j += lanes) {
    NAME(fer_measure_vector)(w, row, end - j < lanes ? end - j : lanes, j, kind, &found.positive[0],
                             &found.negative[0], &found.weight[0]);
  }
  *sums = found;
}

// The same for what is left of a row behind whole pieces, compiled once for most kinds of negatives.
FER_SHARED
void NAME(fer_measure_rest)(const NAME(fer_center_space) *w, const NAME(fer_center_row) *row,
                            const NAME(fer_candidate_list) *list, ptrdiff_t slot, const REAL *x, ptrdiff_t start,
                            ptrdiff_t count, NAME(fer_negative) kind, NAME(fer_row_lanes) *sums) {
  if (kind == NAME(fer_center_negative)) {
    NAME(fer_measure_piece)(w, row, list, slot, x, start, count, NAME(fer_center_negative), sums);
  } else if (kind == NAME(fer_nearest_negative)) {
    NAME(fer_measure_piece)(w, row, list, slot, x, start, count, NAME(fer_nearest_negative), sums);
  } else {
    NAME(fer_measure_piece)(w, row, list, slot, x, start, count, NAME(fer_no_negative), sums);
  }
}

// Squashes and measures a row.
FER_PART void NAME(fer_measure_row)(const NAME(fer_center_space) *w, NAME(fer_center_group) *group, ptrdiff_t slot,
                                    NAME(fer_negative) kind) {
  const fer_triplet_center *p = w->p;
  ptrdiff_t i = group->rows[slot], n = p->columns, start = 0;
  const REAL *x = (const REAL *)p->embeddings + i * n;
  NAME(fer_center_row) row;
  NAME(fer_candidate_list) list;
  NAME(fer_row_lanes) sums;
  if (kind == NAME(fer_nearest_negative)) NAME(fer_list_candidates)(p, p->labels[i], &list);
  memset(&sums, 0, sizeof sums);
  NAME(fer_place_row)(w, i, slot, NAME(fer_is_synthesised)(kind), &row);
  for (; start + NAME(fer_piece) <= n; start += NAME(fer_piece)) {
    NAME(fer_measure_piece)(w, &row, &list, slot, x, start, NAME(fer_piece), kind, &sums);
  }
  if (start < n && kind == NAME(fer_given_negative)) {
    NAME(fer_measure_piece)(w, &row, &list, slot, x, start, n - start, kind, &sums);
  } else if (start < n) {
    NAME(fer_measure_rest)(w, &row, &list, slot, x, start, n - start, kind, &sums);
  }
  group->positive[slot] = sums.positive[0] + sums.positive[1];
  group->negative[slot] = sums.negative[0] + sums.negative[1];
  group->weight[slot] = sums.weight[0] + sums.weight[1];
  BITS largest = __builtin_reduce_max(sums.largest);
  if (largest > group->largest) group->largest = largest;
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

// The gradients of one vector of coordinates of a row; what a synthesised negative adds to centers is left in `others`.
// `all` says that none is left out.
FER_PART void NAME(fer_gradient_vector)(const NAME(fer_center_space) *w, const NAME(fer_center_row) *row,
                                        ptrdiff_t count, ptrdiff_t j, bool synthesised, bool all, NAME(fer_use) use,
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
    NAME(fer_put_vector)(count, use, row->inclusion_gradient + j, &terms);
  }
  pull *= a;
  push *= a;
  if (all || row->gradient) {
    NAME(fer_vector) terms = (pull - push) * slope;
    NAME(fer_put_vector)(count, use, row->gradient + j, &terms);
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

// The gradients of a row, except what a synthesised negative adds to centers.
FER_PART void NAME(fer_gradient_row)(const NAME(fer_center_space) *w, const NAME(fer_center_group) *group,
                                     ptrdiff_t slot, bool synthesised, bool all, NAME(fer_use) use) {
  REAL near = group->near[slot], far = group->far[slot];
  ptrdiff_t n = w->p->columns, j = 0;
  NAME(fer_center_row) row;
  NAME(fer_place_row)(w, group->rows[slot], slot, synthesised, &row);
  for (; j + NAME(fer_lanes) <= n; j += NAME(fer_lanes)) {
    NAME(fer_gradient_vector)(w, &row, NAME(fer_lanes), j, synthesised, all, use, near, far);
  }
  if (j < n) NAME(fer_gradient_vector)(w, &row, n - j, j, synthesised, all, use, near, far);
}

// Adds one vector of each of `rows` rows of `others` to the sums of the classes chosen in each lane. Scratch begins with
// coordinate `start`.
FER_PART void NAME(fer_scatter_vector)(const NAME(fer_center_space) *w, const ptrdiff_t *slots, int rows,
                                       const NAME(fer_center_group) *group, bool given, ptrdiff_t count,
                                       ptrdiff_t j, ptrdiff_t start) {
  const fer_triplet_center *p = w->p;
  NAME(fer_index) chosen[FER_GROUP], terms[FER_GROUP];
  FER_UNROLLED_LOOP
  for (int r = 0; r < rows; r++) {
    if (given) {
      NAME(fer_load_classes)(count, p->negatives + group->rows[slots[r]] * p->columns + j, &chosen[r]);
    } else {
      memcpy(&chosen[r], w->chosen + slots[r] * w->stride + j - start, sizeof *chosen);
    }
    memcpy(&terms[r], w->others + slots[r] * w->stride + j - start, sizeof *terms);
  }
  REAL *place = w->gradient + j * w->places;
  FER_UNROLLED_LOOP
  for (int k = 0; k < w->places; k++, place += NAME(fer_lanes)) {
    NAME(fer_vector) sum;
    memcpy(&sum, place, sizeof sum);
    FER_UNROLLED_LOOP
    for (int r = 0; r < rows; r++) {
      NAME(fer_index) here = (NAME(fer_index))(chosen[r] == k);
      NAME(fer_index) more = (NAME(fer_index))(sum + (NAME(fer_vector))terms[r]);
      sum = (NAME(fer_vector))((here & more) | (~here & (NAME(fer_index))sum));
    }
    memcpy(place, &sum, sizeof sum);
  }
}

FER_PART void NAME(fer_scatter_rows)(const NAME(fer_center_space) *w, const ptrdiff_t *slots, int rows,
                                     const NAME(fer_center_group) *group, bool given) {
  ptrdiff_t n = w->p->columns, j = 0;
  for (; j + NAME(fer_lanes) <= n; j += NAME(fer_lanes)) {
    NAME(fer_scatter_vector)(w, slots, rows, group, given, NAME(fer_lanes), j, 0);
  }
  if (j < n) NAME(fer_scatter_vector)(w, slots, rows, group, given, n - j, j, 0);
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

// Gradients of rows that add nothing, where they are written.
FER_PART void NAME(fer_clear_row)(const fer_triplet_center *p, ptrdiff_t i) {
  ptrdiff_t n = p->columns;
  if (!p->writes) return;
  if (p->embedding_gradient) memset((REAL *)p->embedding_gradient + i * n, 0, (size_t)n * sizeof(REAL));
  if (p->inclusion_gradient) memset((REAL *)p->inclusion_gradient + i * n, 0, (size_t)n * sizeof(REAL));
}

// Which rows a sweep takes: all, or those that were given a negative, or those that were not.
typedef enum { NAME(fer_all_rows), NAME(fer_rows_given), NAME(fer_rows_left) } NAME(fer_row_choice);

FER_PART bool NAME(fer_takes_row)(const fer_triplet_center *p, NAME(fer_row_choice) choice, ptrdiff_t i) {
  return choice == NAME(fer_all_rows) || (choice == NAME(fer_rows_left)) == (p->negatives[i] < 0);
}

// The next rows that a sweep takes, up to a limit; those that take no part are passed, and written in one of the sweeps.
FER_PART ptrdiff_t NAME(fer_next_rows)(const fer_triplet_center *p, NAME(fer_row_choice) choice, ptrdiff_t limit,
                                       ptrdiff_t *next, ptrdiff_t *rows, fer_triplet_center_sums *sums) {
  ptrdiff_t count = 0, i = *next;
  for (; i < p->rows && count < limit; i++) {
    if (p->valid[i]) {
      if (NAME(fer_takes_row)(p, choice, i)) rows[count++] = i;
    } else if (choice != NAME(fer_rows_left)) {
      ((REAL *)p->losses)[i] = 0;
      NAME(fer_clear_row)(p, i);
      if (p->checks && !NAME(fer_is_finite_row)(p, i)) sums->is_finite = false;
    }
  }
  *next = i;
  return count;
}

// What is positive of an active row. It is rounded in steps, so that it does not depend on the loop that it stands in.
FER_PART REAL NAME(fer_bracket)(REAL near, REAL far, REAL margin) {
#pragma clang fp contract(off)
  return near - far + margin;
}

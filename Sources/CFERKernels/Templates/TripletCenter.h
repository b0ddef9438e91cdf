// The triplet-center loss with a hinge: value, distances and all gradients. Rows take turns in groups, and columns in
// strips: what a strip reads of the centers, and adds to their gradients, stays in the first cache for a whole group.

// Up to so many classes, the coordinates of a negative are chosen from vectors of all classes, which is faster than to
// gather them.
enum { NAME(fer_few_classes) = 16, NAME(fer_strip) = 64 * NAME(fer_lanes) };

#define FER_GROUP 4

// What the parts of one pass share. Where negatives are put together from a few classes, every row reads all centers:
// they are copied vector by vector, and in each of them class by class, because rows a power of two apart would meet in
// one set of the first cache. Their gradients are summed in the same order, without the factor 2 and the slopes of the
// squash, which follow at the end. Otherwise centers stay where they are, and rows go through the pass one by one.
typedef struct {
  const fer_triplet_center *p;
  int places;                    // classes of the copy, a power of two, or 0 where centers stay where they are
  ptrdiff_t width;               // columns, rounded up to whole vectors
  const REAL *values;            // of centers
  REAL *gradient;                // by squashed centers, or by centers where they stay where they are
  REAL *rows, *slopes;           // [FER_GROUP, width]: squashed rows, twice their slopes; zero after the last column
  REAL *others;                  // [FER_GROUP, width]: negatives put together, then the gradients by them
  REAL *ones;                    // [width]: inclusion weights where there are none
  REAL *far;                     // [classes]
} NAME(fer_center_space);

// The rows of a group: which they are, their distances, and the derivatives by these.
typedef struct {
  ptrdiff_t count, rows[FER_GROUP];
  NAME(fer_vector) positive[FER_GROUP], negative[FER_GROUP];
  REAL near[FER_GROUP], far[FER_GROUP];
} NAME(fer_center_group);

FER_PART ptrdiff_t NAME(fer_whole_width)(ptrdiff_t columns) {
  return (columns + NAME(fer_lanes) - 1) / NAME(fer_lanes) * NAME(fer_lanes);
}

ptrdiff_t NAME(fer_triplet_center_places)(ptrdiff_t columns, ptrdiff_t classes) {
  ptrdiff_t rows = 3 * FER_GROUP + 1;  // of the group, and ones
  if (classes <= NAME(fer_few_classes)) rows += 2 * NAME(fer_few_classes);
  return rows * NAME(fer_whole_width)(columns) + classes;
}

// The vector of class k that begins with coordinate j lies at fer_center(k) + j * fer_step.
FER_PART ptrdiff_t NAME(fer_step)(const NAME(fer_center_space) *w) { return w->places > 0 ? w->places : 1; }

FER_PART ptrdiff_t NAME(fer_center)(const NAME(fer_center_space) *w, ptrdiff_t k) {
  return k * (w->places > 0 ? NAME(fer_lanes) : w->p->columns);
}

// The first `count` lanes of a vector; the others become zero.
FER_PART void NAME(fer_load)(ptrdiff_t count, const REAL *from, NAME(fer_vector) *to) {
  *to = (NAME(fer_vector)){0};
  memcpy(to, from, (size_t)count * sizeof *from);
}

FER_PART void NAME(fer_load_classes)(ptrdiff_t count, const int32_t *from, NAME(fer_index) *to) {
  NAME(fer_classes) classes = {0};
  memcpy(&classes, from, (size_t)count * sizeof *from);
  *to = __builtin_convertvector(classes, NAME(fer_index));
}

FER_PART void NAME(fer_add_vector)(ptrdiff_t count, REAL *sums, const NAME(fer_vector) *terms) {
  NAME(fer_vector) sum;
  NAME(fer_load)(count, sums, &sum);
  sum += *terms;
  memcpy(sums, &sum, (size_t)count * sizeof *sums);
}

// Copies the centers, and starts their gradients at zero.
FER_PART void NAME(fer_copy_few)(const NAME(fer_center_space) *w, REAL *copy) {
  const fer_triplet_center *p = w->p;
  ptrdiff_t n = p->columns, lanes = NAME(fer_lanes), j = 0;
  memset(copy, 0, (size_t)(w->width * w->places) * sizeof *copy);
  memset(w->gradient, 0, (size_t)(w->width * w->places) * sizeof *copy);
  for (ptrdiff_t k = 0; k < p->classes; k++) {
    const REAL *values = (const REAL *)p->center_values + k * n;
    REAL *place = copy + k * lanes;
    for (j = 0; j + lanes <= n; j += lanes) memcpy(place + j * w->places, values + j, NAME(fer_lanes) * sizeof *copy);
    memcpy(place + j * w->places, values + j, (size_t)(n - j) * sizeof *copy);
  }
}

FER_PART void NAME(fer_finish_vector)(ptrdiff_t count, const REAL *sums, const REAL *slopes, REAL *gradient) {
  NAME(fer_vector) terms, slope;
  NAME(fer_load)(count, sums, &terms);
  NAME(fer_load)(count, slopes, &slope);
  terms *= 2 * slope;
  NAME(fer_add_vector)(count, gradient, &terms);
}

FER_PART void NAME(fer_finish_few)(const NAME(fer_center_space) *w) {
  const fer_triplet_center *p = w->p;
  ptrdiff_t n = p->columns, lanes = NAME(fer_lanes), j = 0;
  for (ptrdiff_t k = 0; k < p->classes; k++) {
    const REAL *sums = w->gradient + k * lanes, *slopes = (const REAL *)p->center_slopes + k * n;
    REAL *gradient = (REAL *)p->center_gradient + k * n;
    for (j = 0; j + lanes <= n; j += lanes) {
      NAME(fer_finish_vector)(NAME(fer_lanes), sums + j * w->places, slopes + j, gradient + j);
    }
    if (j < n) NAME(fer_finish_vector)(n - j, sums + j * w->places, slopes + j, gradient + j);
  }
}

// Chooses in each lane from a table of vectors, one for each class, by one bit of the class after the other.
FER_PART void NAME(fer_look_up)(const NAME(fer_center_space) *w, const REAL *table, const NAME(fer_index) *chosen,
                                NAME(fer_vector) *result) {
  NAME(fer_index) level[NAME(fer_few_classes)];
  memcpy(level, table, (size_t)w->places * sizeof *level);
  FER_UNROLLED_LOOP
  for (int bit = 0; 1 << bit < w->places; bit++) {
    // The bit becomes the sign, which is all that a selection reads.
    NAME(fer_index) mask = *chosen << (8 * (int)sizeof(REAL) - 1 - bit) < 0;
    int step = 1 << bit;
    FER_UNROLLED_LOOP
    for (int i = 0; i < w->places; i += 2 * step) level[i] = FER_BLEND(mask, level[i + step], level[i]);
  }
  *result = (NAME(fer_vector))level[0];
}

// Where one row reads and writes: everything at coordinate j lies at j, but centers and their gradients at j * step.
typedef struct {
  ptrdiff_t step;
  const REAL *a;                              // inclusion weights
  REAL *s, *slopes;                           // squashed coordinates, and twice the slopes
  const REAL *own, *other;                    // its center, and the negative
  const int32_t *chosen;                      // or the classes from which the negative is put together
  REAL *others;                               // the negative put together, then the gradient by it
  REAL *own_gradient, *other_gradient;        // by centers
  const REAL *own_slopes, *other_slopes;      // of centers
  REAL *gradient, *inclusion_gradient;        // by the row and by its weights
} NAME(fer_center_row);

FER_PART void NAME(fer_place_row)(const NAME(fer_center_space) *w, ptrdiff_t i, ptrdiff_t slot, bool synthesised,
                                  NAME(fer_center_row) *row) {
  const fer_triplet_center *p = w->p;
  ptrdiff_t entry = i * p->columns, place = slot * w->width, own = NAME(fer_center)(w, p->labels[i]), other = own;
  if (p->negatives && !synthesised) other = NAME(fer_center)(w, p->negatives[i]);
  bool reaches_other = p->center_gradient && p->negative_center_gradient;
  *row = (NAME(fer_center_row)){
    .step = NAME(fer_step)(w),
    .a = p->inclusion ? (const REAL *)p->inclusion + entry : w->ones,
    .s = w->rows + place, .slopes = w->slopes + place, .others = w->others + place,
    .own = w->values + own, .other = w->values + other,
    .chosen = synthesised ? p->negatives + entry : NULL,
    .own_gradient = p->center_gradient ? w->gradient + own : NULL,
    .other_gradient = reaches_other ? w->gradient + other : NULL,
    .own_slopes = (const REAL *)p->center_slopes + own, .other_slopes = (const REAL *)p->center_slopes + other,
    .gradient = p->embedding_gradient ? (REAL *)p->embedding_gradient + entry : NULL,
    .inclusion_gradient = p->inclusion_gradient ? (REAL *)p->inclusion_gradient + entry : NULL
  };
}

FER_PART void NAME(fer_squash_strip)(const NAME(fer_center_space) *w, const NAME(fer_center_row) *row, ptrdiff_t i,
                                     ptrdiff_t start, ptrdiff_t end) {
  const REAL *x = (const REAL *)w->p->embeddings + i * w->p->columns;
  REAL *s = row->s, *slopes = row->slopes, scale = (REAL)w->p->squash_scale;
  if (w->p->squashes) {
    FER_CHAIN_LOOP
    for (ptrdiff_t j = start; j < end; j++) {
      REAL value, slope;
      NAME(fer_squash_one)(scale * x[j], &value, &slope);
      s[j] = value;
      slopes[j] = 2 * scale * slope;
    }
  } else {
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = start; j < end; j++) {
      s[j] = x[j];
      slopes[j] = 2;
    }
  }
}

// Puts one vector of a row's negative together.
FER_PART void NAME(fer_gather)(const NAME(fer_center_space) *w, const NAME(fer_center_row) *row, ptrdiff_t count,
                               ptrdiff_t j, NAME(fer_vector) *v) {
  if (w->places > 0) {
    NAME(fer_index) chosen;
    NAME(fer_load_classes)(count, row->chosen + j, &chosen);
    NAME(fer_look_up)(w, w->values + j * row->step, &chosen, v);
  } else {
    REAL lanes[NAME(fer_lanes)] = {0};
    for (ptrdiff_t l = 0; l < count; l++) lanes[l] = w->values[row->chosen[j + l] * w->p->columns + j + l];
    memcpy(v, lanes, sizeof *v);
  }
}

// Adds what one vector of coordinates adds to the two distances of a row.
FER_PART void NAME(fer_measure_vector)(const NAME(fer_center_space) *w, const NAME(fer_center_row) *row,
                                       ptrdiff_t count, ptrdiff_t j, bool synthesised, NAME(fer_vector) *positive,
                                       NAME(fer_vector) *negative) {
  ptrdiff_t center_count = w->places > 0 ? NAME(fer_lanes) : count;
  NAME(fer_vector) a, s, u, v;
  NAME(fer_load)(count, row->a + j, &a);
  memcpy(&s, row->s + j, sizeof s);
  NAME(fer_load)(center_count, row->own + j * row->step, &u);
  if (synthesised) {
    NAME(fer_gather)(w, row, count, j, &v);
    memcpy(row->others + j, &v, sizeof v);
  } else {
    NAME(fer_load)(center_count, row->other + j * row->step, &v);
  }
  u = s - u;
  v = s - v;
  *positive += a * u * u;
  *negative += a * v * v;
}

// Squashes a strip of one row, and measures it.
FER_PART void NAME(fer_measure_strip)(const NAME(fer_center_space) *w, NAME(fer_center_group) *group, ptrdiff_t slot,
                                      ptrdiff_t start, ptrdiff_t end, bool synthesised) {
  NAME(fer_center_row) row;
  NAME(fer_place_row)(w, group->rows[slot], slot, synthesised, &row);
  NAME(fer_squash_strip)(w, &row, group->rows[slot], start, end);
  NAME(fer_vector) positive = group->positive[slot], negative = group->negative[slot];
  ptrdiff_t j = start;
  for (; j + NAME(fer_lanes) <= end; j += NAME(fer_lanes)) {
    NAME(fer_measure_vector)(w, &row, NAME(fer_lanes), j, synthesised, &positive, &negative);
  }
  if (j < end) NAME(fer_measure_vector)(w, &row, end - j, j, synthesised, &positive, &negative);
  group->positive[slot] = positive;
  group->negative[slot] = negative;
}

// Adds half of the gradient by squashed coordinates of a class to the sum for its center.
FER_PART void NAME(fer_add_to_center)(const NAME(fer_center_space) *w, ptrdiff_t count, REAL *gradient,
                                      const REAL *slopes, NAME(fer_vector) *terms) {
  if (w->places > 0) {
    NAME(fer_add_vector)(NAME(fer_lanes), gradient, terms);
  } else {
    NAME(fer_vector) slope;
    NAME(fer_load)(count, slopes, &slope);
    slope *= 2 * *terms;
    NAME(fer_add_vector)(count, gradient, &slope);
  }
}

// The gradients of one vector of coordinates of a row; what a synthesised negative adds to centers is left in `others`.
FER_PART void NAME(fer_gradient_vector)(const NAME(fer_center_space) *w, const NAME(fer_center_row) *row,
                                        ptrdiff_t count, ptrdiff_t j, bool synthesised, REAL near, REAL far) {
  ptrdiff_t center_count = w->places > 0 ? NAME(fer_lanes) : count, place = j * row->step;
  NAME(fer_vector) a, s, slope, u, v;
  NAME(fer_load)(count, row->a + j, &a);
  memcpy(&s, row->s + j, sizeof s);
  memcpy(&slope, row->slopes + j, sizeof slope);
  NAME(fer_load)(center_count, row->own + place, &u);
  if (synthesised) {
    memcpy(&v, row->others + j, sizeof v);
  } else {
    NAME(fer_load)(center_count, row->other + place, &v);
  }
  u = s - u;
  v = s - v;
  NAME(fer_vector) pull = near * u, push = far * v;
  if (row->inclusion_gradient) {
    NAME(fer_vector) terms = pull * u - push * v;
    NAME(fer_add_vector)(count, row->inclusion_gradient + j, &terms);
  }
  pull *= a;
  push *= a;
  if (row->gradient) {
    NAME(fer_vector) terms = (pull - push) * slope;
    NAME(fer_add_vector)(count, row->gradient + j, &terms);
  }
  pull = -pull;
  if (row->own_gradient) {
    NAME(fer_add_to_center)(w, count, row->own_gradient + place, row->own_slopes + place, &pull);
  }
  if (synthesised) {
    memcpy(row->others + j, &push, sizeof push);
  } else if (row->other_gradient) {
    NAME(fer_add_to_center)(w, count, row->other_gradient + place, row->other_slopes + place, &push);
  }
}

FER_PART void NAME(fer_gradient_strip)(const NAME(fer_center_space) *w, const NAME(fer_center_group) *group,
                                       ptrdiff_t slot, ptrdiff_t start, ptrdiff_t end, bool synthesised) {
  REAL near = group->near[slot], far = group->far[slot];
  NAME(fer_center_row) row;
  NAME(fer_place_row)(w, group->rows[slot], slot, synthesised, &row);
  ptrdiff_t j = start;
  for (; j + NAME(fer_lanes) <= end; j += NAME(fer_lanes)) {
    NAME(fer_gradient_vector)(w, &row, NAME(fer_lanes), j, synthesised, near, far);
  }
  if (j < end) NAME(fer_gradient_vector)(w, &row, end - j, j, synthesised, near, far);
}

// Adds one vector of each of `rows` rows of `others` to the sums of the classes chosen in each lane.
FER_PART void NAME(fer_scatter_vector)(const NAME(fer_center_space) *w, const ptrdiff_t *slots, int rows,
                                       const NAME(fer_center_group) *group, ptrdiff_t count, ptrdiff_t j) {
  const fer_triplet_center *p = w->p;
  NAME(fer_index) chosen[FER_GROUP], terms[FER_GROUP], k = {0};
  FER_UNROLLED_LOOP
  for (int r = 0; r < rows; r++) {
    NAME(fer_load_classes)(count, p->negatives + group->rows[slots[r]] * p->columns + j, &chosen[r]);
    memcpy(&terms[r], w->others + slots[r] * w->width + j, sizeof *terms);
  }
  REAL *place = w->gradient + j * w->places, *end = place + NAME(fer_center)(w, p->classes);
  for (; place < end; place += NAME(fer_lanes)) {
    NAME(fer_vector) sum;
    memcpy(&sum, place, sizeof sum);
    FER_UNROLLED_LOOP
    for (int r = 0; r < rows; r++) sum += (NAME(fer_vector))((chosen[r] == k) & terms[r]);
    memcpy(place, &sum, sizeof sum);
    k += 1;
  }
}

FER_PART void NAME(fer_scatter_strip)(const NAME(fer_center_space) *w, const ptrdiff_t *slots, int rows,
                                      const NAME(fer_center_group) *group, ptrdiff_t start, ptrdiff_t end) {
  ptrdiff_t j = start;
  for (; j + NAME(fer_lanes) <= end; j += NAME(fer_lanes)) {
    NAME(fer_scatter_vector)(w, slots, rows, group, NAME(fer_lanes), j);
  }
  if (j < end) NAME(fer_scatter_vector)(w, slots, rows, group, end - j, j);
}

// The same for one row and many classes.
FER_PART void NAME(fer_scatter_row)(const NAME(fer_center_space) *w, ptrdiff_t slot, ptrdiff_t i, ptrdiff_t start,
                                    ptrdiff_t end) {
  ptrdiff_t n = w->p->columns;
  const REAL *slopes = w->p->center_slopes, *others = w->others + slot * w->width;
  const int32_t *chosen = w->p->negatives + i * n;
  for (ptrdiff_t j = start; j < end; j++) {
    w->gradient[chosen[j] * n + j] += 2 * slopes[chosen[j] * n + j] * others[j];
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
FER_PART void NAME(fer_others_row)(const fer_triplet_center *p, ptrdiff_t i, REAL near, REAL near_slope, const REAL *a,
                                   const REAL *s, const REAL *ds, REAL *far, fer_triplet_center_sums *sums) {
  ptrdiff_t n = p->columns;
  REAL margin = ((const REAL *)p->margins)[i], wn = (REAL)p->negative_weight;
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

FER_PART REAL NAME(fer_lane_sum)(const NAME(fer_vector) *lanes) {
  FER_SUM_LOOP
  REAL sum = 0;
  for (int l = 0; l < NAME(fer_lanes); l++) sum += (*lanes)[l];
  return sum;
}

// Squashes and measures a group.
FER_PART void NAME(fer_measure_group)(const NAME(fer_center_space) *w, NAME(fer_center_group) *group) {
  const fer_triplet_center *p = w->p;
  ptrdiff_t n = p->columns;
  memset(group->positive, 0, sizeof group->positive);
  memset(group->negative, 0, sizeof group->negative);
  for (ptrdiff_t start = 0; start < n; start += NAME(fer_strip)) {
    ptrdiff_t end = start + NAME(fer_strip) < n ? start + NAME(fer_strip) : n;
    for (ptrdiff_t slot = 0; slot < group->count; slot++) {
      if (p->negatives && p->negatives_per_coordinate) {
        NAME(fer_measure_strip)(w, group, slot, start, end, true);
      } else {
        NAME(fer_measure_strip)(w, group, slot, start, end, false);
      }
    }
  }
}

// The gradients of the given places of a group, except the margins'.
FER_PART void NAME(fer_group_gradient)(const NAME(fer_center_space) *w, const NAME(fer_center_group) *group,
                                       ptrdiff_t count, const ptrdiff_t *slots) {
  const fer_triplet_center *p = w->p;
  ptrdiff_t n = p->columns;
  for (ptrdiff_t start = 0; start < n; start += NAME(fer_strip)) {
    ptrdiff_t end = start + NAME(fer_strip) < n ? start + NAME(fer_strip) : n;
    for (ptrdiff_t r = 0; r < count; r++) {
      if (p->negatives_per_coordinate) {
        NAME(fer_gradient_strip)(w, group, slots[r], start, end, true);
      } else {
        NAME(fer_gradient_strip)(w, group, slots[r], start, end, false);
      }
    }
    if (!p->negatives_per_coordinate || !p->center_gradient || !p->negative_center_gradient) continue;
    if (w->places > 0 && count == FER_GROUP) {
      NAME(fer_scatter_strip)(w, slots, FER_GROUP, group, start, end);
      continue;
    }
    for (ptrdiff_t r = 0; r < count; r++) {
      if (w->places > 0) {
        NAME(fer_scatter_strip)(w, slots + r, 1, group, start, end);
      } else {
        NAME(fer_scatter_row)(w, slots[r], group->rows[slots[r]], start, end);
      }
    }
  }
}

FER_PART fer_triplet_center_sums NAME(fer_triplet_center_rows)(const fer_triplet_center *p, int places) {
  ptrdiff_t n = p->columns, width = NAME(fer_whole_width)(n);
  const REAL *margins = p->margins;
  REAL *losses = p->losses, *rows = p->scratch, *ones = rows + 3 * FER_GROUP * width, *copy = ones + width;
  NAME(fer_center_space) space = {
    .p = p, .places = places, .width = width, .values = p->center_values, .gradient = p->center_gradient,
    .rows = rows, .slopes = rows + FER_GROUP * width, .others = rows + 2 * FER_GROUP * width, .ones = ones, .far = copy
  };
  memset(rows, 0, (size_t)(3 * FER_GROUP * width) * sizeof *rows);
  for (ptrdiff_t j = 0; j < width; j++) ones[j] = 1;
  if (places > 0) {
    space.values = copy;
    space.gradient = copy + places * width;
    NAME(fer_copy_few)(&space, copy);
  }
  REAL w = (REAL)p->positive_weight, wn = (REAL)p->negative_weight, row_scale = (REAL)p->row_scale;
  REAL h = (REAL)(p->row_scale * p->gradient_scale);
  bool differentiates = p->embedding_gradient || p->center_gradient || p->inclusion_gradient || p->margin_gradient;
  fer_triplet_center_sums sums = {0, 0, 0, 0, 0};

  for (ptrdiff_t i = 0; i < p->rows;) {
    NAME(fer_center_group) group = {.count = 0};
    for (; i < p->rows && group.count < (places > 0 ? FER_GROUP : 1); i++) {
      losses[i] = 0;
      if (p->valid[i]) group.rows[group.count++] = i;
    }
    NAME(fer_measure_group)(&space, &group);
    ptrdiff_t active = 0, slots[FER_GROUP];
    for (ptrdiff_t slot = 0; slot < group.count; slot++) {
      ptrdiff_t row = group.rows[slot];
      REAL positive = NAME(fer_lane_sum)(&group.positive[slot]), near_slope, far_slope;
      REAL near = w * NAME(fer_powered)(positive, p->takes_roots, &near_slope);
      sums.margin += margins[row];
      sums.positive += positive;
      if (!p->negatives) {
        const REAL *a = p->inclusion ? (const REAL *)p->inclusion + row * n : ones;
        NAME(fer_others_row)(p, row, near, w * near_slope, a, space.rows + slot * width, space.slopes + slot * width,
                             space.far, &sums);
        continue;
      }
      REAL negative = NAME(fer_lane_sum)(&group.negative[slot]);
      REAL l = near - wn * NAME(fer_powered)(negative, p->takes_roots, &far_slope) + margins[row];
      sums.negative += negative;
      if (!(l > 0)) continue;
      losses[row] = row_scale * l;
      sums.active += 1;
      sums.loss += losses[row];
      group.near[slot] = h * w * near_slope;
      group.far[slot] = h * wn * far_slope;
      slots[active++] = slot;
      if (p->margin_gradient) ((REAL *)p->margin_gradient)[row] += h;
    }
    if (differentiates && active > 0) NAME(fer_group_gradient)(&space, &group, active, slots);
  }
  if (places > 0 && p->center_gradient) NAME(fer_finish_few)(&space);
  return sums;
}

FER_KERNEL
fer_triplet_center_sums NAME(fer_triplet_center)(const fer_triplet_center *p) {
  bool few = p->negatives && p->negatives_per_coordinate && p->classes <= NAME(fer_few_classes);
  if (!few) return NAME(fer_triplet_center_rows)(p, 0);
  if (p->classes > NAME(fer_few_classes) / 2) return NAME(fer_triplet_center_rows)(p, NAME(fer_few_classes));
  return NAME(fer_triplet_center_rows)(p, NAME(fer_few_classes) / 2);
}

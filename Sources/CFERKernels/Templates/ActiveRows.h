// The triplet-center loss of rows that are taken to be active: each is squashed, measured and differentiated piece by
// piece, on one way. What is known of a piece does not leave the first cache, and memory is read and written evenly.

// A row, and the classes that its negative is put together from.
typedef struct {
  const REAL *x;
  NAME(fer_center_row) row;
  NAME(fer_candidate_list) list;
} NAME(fer_active_row);

// Where the coordinates of a row from `start` on are read and written. What is squashed and put together lies in scratch,
// which every piece uses again.
FER_PART void NAME(fer_place_piece)(const NAME(fer_center_space) *w, const NAME(fer_center_row) *row, ptrdiff_t slot,
                                    ptrdiff_t start, NAME(fer_center_row) *piece) {
  bool squashes = w->p->squashes;
  ptrdiff_t place = start * row->step;
  *piece = (NAME(fer_center_row)){
    .step = row->step, .a = row->a + start, .s = squashes ? w->rows : row->s + start,
    .slopes = squashes ? w->slopes : row->slopes + start, .own = row->own + start, .other = row->other + start,
    .others = w->others + slot * w->stride, .own_gradient = row->own_gradient + place,
    .other_gradient = row->other_gradient + place,
    .own_slopes = row->own_slopes + start, .other_slopes = row->other_slopes + start,
    .gradient = row->gradient + start, .inclusion_gradient = row->inclusion_gradient + start
  };
}

// One vector of coordinates: what it adds to the distances, and all gradients but what a negative that was put together
// adds to centers.
FER_PART void NAME(fer_active_vector)(const NAME(fer_center_space) *w, const NAME(fer_center_row) *row, ptrdiff_t count,
                                      ptrdiff_t j, bool synthesised, REAL near, REAL far,
                                      NAME(fer_vector) *positive, NAME(fer_vector) *negative,
                                      NAME(fer_vector) *weight) {
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
  *positive += a * u * u;
  *negative += a * v * v;
  *weight += a;
  // Rounded as in the gradients of a row that has been measured.
  NAME(fer_vector) pull = near * u, push = far * v, terms = pull * u - push * v;
  NAME(fer_store)(count, &terms, row->inclusion_gradient + j);
  pull *= a;
  push *= a;
  terms = (pull - push) * slope;
  NAME(fer_store)(count, &terms, row->gradient + j);
  pull = -pull;
  NAME(fer_add_to_center)(w, count, row->own_gradient + place, row->own_slopes + j, &pull);
  if (synthesised) {
    memcpy(row->others + j, &push, sizeof push);
  } else {
    NAME(fer_add_to_center)(w, count, row->other_gradient + place, row->other_slopes + j, &push);
  }
}

// Adds one vector of what the negatives of some rows add to centers to the sums of the classes chosen in each lane.
FER_PART void NAME(fer_scatter_active)(const NAME(fer_center_space) *w, ptrdiff_t first, int rows, ptrdiff_t j,
                                       REAL *place) {
  NAME(fer_index) chosen[FER_GROUP], terms[FER_GROUP];
  FER_UNROLLED_LOOP
  for (int r = 0; r < rows; r++) {
    memcpy(&chosen[r], w->chosen + (first + r) * w->stride + j, sizeof *chosen);
    memcpy(&terms[r], w->others + (first + r) * w->stride + j, sizeof *terms);
  }
  FER_UNROLLED_LOOP
  for (int k = 0; k < w->places; k++, place += NAME(fer_lanes)) {
    NAME(fer_vector) sum;
    memcpy(&sum, place, sizeof sum);
    FER_UNROLLED_LOOP
    for (int r = 0; r < rows; r++) sum += (NAME(fer_vector))((chosen[r] == k) & terms[r]);
    memcpy(place, &sum, sizeof sum);
  }
}

FER_PART void NAME(fer_active_piece)(const NAME(fer_center_space) *w, const NAME(fer_active_row) *active, ptrdiff_t slot,
                                     ptrdiff_t start, ptrdiff_t count, bool synthesised, REAL near, REAL far,
                                     NAME(fer_row_lanes) *sums) {
  const fer_triplet_center *p = w->p;
  ptrdiff_t asked = count == NAME(fer_piece) ? NAME(fer_piece) : 0, lanes = NAME(fer_lanes), j = 0;
  // Several rows that take turns would be asked for too early otherwise, and be gone from the first cache again.
  const size_t ahead = synthesised ? FER_AHEAD / FER_GROUP : FER_AHEAD;
  const REAL *x = active->x;
  NAME(fer_center_row) piece;
  NAME(fer_place_piece)(w, &active->row, slot, start, &piece);
  if (p->checks) {
    NAME(fer_look_at)(count, x + start, &sums->largest);
    if (p->inclusion) NAME(fer_look_at)(count, piece.a, &sums->largest);
  }
  NAME(fer_ask)(asked, x + start, ahead);
  if (p->squashes) {
    REAL scale = (REAL)p->squash_scale;
    NAME(fer_squash_piece)(count, scale, 2 * scale, x + start, w->rows, w->slopes);
  }
  NAME(fer_ask)(asked, piece.a, ahead);
  NAME(fer_ask)(asked, piece.gradient, ahead);
  if (synthesised) {
    NAME(fer_put_piece_together)(w, &active->list, start, count, x, piece.others, w->chosen + slot * w->stride);
  }
  NAME(fer_ask)(asked, piece.inclusion_gradient, ahead);
  for (; j + 2 * lanes <= count; j += 2 * lanes) {
    NAME(fer_active_vector)(w, &piece, NAME(fer_lanes), j, synthesised, near, far, &sums->positive[0],
                            &sums->negative[0], &sums->weight[0]);
    NAME(fer_active_vector)(w, &piece, NAME(fer_lanes), j + lanes, synthesised, near, far, &sums->positive[1],
                            &sums->negative[1], &sums->weight[1]);
  }
  for (; j < count; j += lanes) {
    ptrdiff_t rest = count - j < lanes ? count - j : lanes;
    NAME(fer_active_vector)(w, &piece, rest, j, synthesised, near, far, &sums->positive[0], &sums->negative[0],
                            &sums->weight[0]);
  }
}

// The same for what is left of a row behind whole pieces, compiled once.
FER_SHARED
void NAME(fer_active_rest)(const NAME(fer_center_space) *w, const NAME(fer_active_row) *active, ptrdiff_t slot,
                           ptrdiff_t start, ptrdiff_t count, bool synthesised, REAL near, REAL far,
                           NAME(fer_row_lanes) *sums) {
  if (synthesised) {
    NAME(fer_active_piece)(w, active, slot, start, count, true, near, far, sums);
  } else {
    NAME(fer_active_piece)(w, active, slot, start, count, false, near, far, sums);
  }
}

// Up to FER_GROUP rows; their distances and weights go to `sums`. Each piece of all of them reaches the sums of centers
// together.
FER_PART void NAME(fer_active_rows)(const NAME(fer_center_space) *w, ptrdiff_t rows, const ptrdiff_t *places,
                                    bool synthesised, REAL near, REAL far, NAME(fer_row_lanes) *sums) {
  const fer_triplet_center *p = w->p;
  ptrdiff_t n = p->columns;
  NAME(fer_active_row) active[FER_GROUP];
  for (ptrdiff_t r = 0; r < rows; r++) {
    active[r].x = (const REAL *)p->embeddings + places[r] * n;
    if (synthesised) NAME(fer_list_candidates)(p, p->labels[places[r]], &active[r].list);
    NAME(fer_place_row)(w, places[r], 0, synthesised, &active[r].row);
    memset(&sums[r], 0, sizeof *sums);
  }
  for (ptrdiff_t start = 0; start < n; start += NAME(fer_piece)) {
    ptrdiff_t count = n - start < NAME(fer_piece) ? n - start : NAME(fer_piece);
    for (ptrdiff_t r = 0; r < rows; r++) {
      if (count == NAME(fer_piece)) {
        NAME(fer_active_piece)(w, &active[r], r, start, NAME(fer_piece), synthesised, near, far, &sums[r]);
      } else {
        NAME(fer_active_rest)(w, &active[r], r, start, count, synthesised, near, far, &sums[r]);
      }
    }
    for (ptrdiff_t j = 0; synthesised && j < count; j += NAME(fer_lanes)) {
      REAL *place = w->gradient + (start + j) * w->places;
      if (rows == FER_GROUP) {
        NAME(fer_scatter_active)(w, 0, FER_GROUP, j, place);
      } else {
        for (int r = 0; r < rows; r++) NAME(fer_scatter_active)(w, r, 1, j, place);
      }
    }
  }
}

// One sweep over rows that are taken to be active; false if one is not, and then everything has to be done again.
FER_PART bool NAME(fer_active_sweep)(const NAME(fer_center_space) *w, NAME(fer_negative) kind,
                                     NAME(fer_row_choice) choice, fer_triplet_center_sums *sums) {
  const fer_triplet_center *p = w->p;
  REAL *losses = p->losses;
  REAL positive_weight = (REAL)p->positive_weight, negative_weight = (REAL)p->negative_weight;
  REAL h = (REAL)(p->row_scale * p->gradient_scale), near = h * positive_weight, far = h * negative_weight;
  bool synthesised = kind == NAME(fer_nearest_negative);
  // Rows that are put together read and add to all centers, which so are read once for several of them.
  ptrdiff_t limit = synthesised ? FER_GROUP : 1;
  for (ptrdiff_t i = 0; i < p->rows;) {
    ptrdiff_t rows[FER_GROUP], count = 0;
    for (; i < p->rows && count < limit; i++) {
      if (p->valid[i]) {
        if (NAME(fer_takes_row)(p, choice, i)) rows[count++] = i;
      } else if (choice != NAME(fer_rows_left)) {
        losses[i] = 0;
        NAME(fer_clear_row)(p, i);
        if (p->checks && !NAME(fer_is_finite_row)(p, i)) sums->is_finite = false;
      }
    }
    NAME(fer_row_lanes) lanes[FER_GROUP];
    NAME(fer_active_rows)(w, count, rows, synthesised, near, far, lanes);
    for (ptrdiff_t r = 0; r < count; r++) {
      if (__builtin_reduce_max(lanes[r].largest) >= EXPONENT_MASK) sums->is_finite = false;
      NAME(fer_vector) near_sum = lanes[r].positive[0] + lanes[r].positive[1];
      NAME(fer_vector) far_sum = lanes[r].negative[0] + lanes[r].negative[1];
      NAME(fer_vector) weights = lanes[r].weight[0] + lanes[r].weight[1];
      REAL positive = NAME(fer_lane_sum)(&near_sum), negative = NAME(fer_lane_sum)(&far_sum);
      REAL margin = (REAL)p->margin_scale * NAME(fer_lane_sum)(&weights);
      REAL l = positive_weight * positive - negative_weight * negative + margin;
      if (!(l > 0)) return false;
      sums->margin += margin;
      sums->positive += positive;
      sums->negative += negative;
      losses[rows[r]] = (REAL)p->row_scale * l;
      sums->active += 1;
      sums->loss += losses[rows[r]];
    }
    if (!sums->is_finite) return true;
  }
  return true;
}

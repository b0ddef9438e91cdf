// The triplet-center loss of rows that are taken to be active: each is squashed, measured and differentiated in one pass,
// piece by piece or in stages. What is known of a row does not leave the first cache, and memory is read and written
// evenly.

// A row, and the classes that its negative is put together from.
typedef struct {
  const REAL *x;
  NAME(fer_center_row) row;
  NAME(fer_candidate_list) list;
} NAME(fer_active_row);

// Where the coordinates of a row from `start` on are read and written. What is squashed and put together lies in scratch,
// which every piece uses again; the stages have arrays of their own.
FER_PART void NAME(fer_place_piece)(const NAME(fer_center_space) *w, const NAME(fer_center_row) *row, ptrdiff_t slot,
                                    ptrdiff_t start, NAME(fer_center_row) *piece) {
  ptrdiff_t place = start * row->step;
  *piece = (NAME(fer_center_row)){
    .step = row->step, .a = row->a + start, .s = w->rows, .slopes = w->slopes,
    .own = row->own + start, .other = row->other + start, .others = w->others + slot * w->stride,
    .own_gradient = row->own_gradient + place, .other_gradient = row->other_gradient + place,
    .own_slopes = row->own_slopes + start, .other_slopes = row->other_slopes + start,
    .gradient = row->gradient + start, .inclusion_gradient = row->inclusion_gradient + start
  };
}

// One vector of coordinates: what it adds to the distances, and all gradients but what a negative that was put together
// adds to centers.
FER_PART void NAME(fer_active_vector)(const NAME(fer_center_space) *w, const NAME(fer_center_row) *row, ptrdiff_t count,
                                      ptrdiff_t j, NAME(fer_negative) kind, NAME(fer_use) use, REAL near, REAL far,
                                      int turn, NAME(fer_row_lanes) *sums) {
  NAME(fer_measure_vector)(w, row, count, j, kind, &sums->positive[turn], &sums->negative[turn], &sums->weight[turn]);
  NAME(fer_gradient_vector)(w, row, count, j, NAME(fer_is_synthesised)(kind), true, use, near, far);
}

FER_PART void NAME(fer_active_piece)(const NAME(fer_center_space) *w, const NAME(fer_active_row) *active, ptrdiff_t slot,
                                     ptrdiff_t start, ptrdiff_t count, NAME(fer_negative) kind, NAME(fer_use) use,
                                     REAL near, REAL far, NAME(fer_row_lanes) *sums) {
  bool synthesised = NAME(fer_is_synthesised)(kind);
  const fer_triplet_center *p = w->p;
  ptrdiff_t asked = count == NAME(fer_piece) ? NAME(fer_piece) : 0, lanes = NAME(fer_lanes), j = 0;
  // Several rows that take turns would be asked for too early otherwise, and be gone from the first cache again.
  const size_t ahead = synthesised ? FER_AHEAD / FER_GROUP : FER_AHEAD;
  const REAL *x = active->x;
  NAME(fer_center_row) piece;
  NAME(fer_place_piece)(w, &active->row, slot, start, &piece);
  NAME(fer_ask)(asked, x + start, ahead);
  if (p->squash_scale == 1) {
    NAME(fer_squash_piece)(count, 1, 2, x + start, w->rows, w->slopes, &sums->largest);
  } else {
    REAL scale = (REAL)p->squash_scale;
    NAME(fer_squash_piece)(count, scale, 2 * scale, x + start, w->rows, w->slopes, &sums->largest);
  }
  NAME(fer_ask)(asked, piece.a, ahead);
  if (use == NAME(fer_written)) NAME(fer_ask)(asked, piece.gradient, ahead);
  if (synthesised) {
    NAME(fer_put_piece_together)(w, &active->list, start, count, x, piece.others, w->chosen + slot * w->stride);
  }
  if (use == NAME(fer_written)) NAME(fer_ask)(asked, piece.inclusion_gradient, ahead);
  // Sums of its own, so that compilers fuse the same operations in every loop.
  NAME(fer_row_lanes) found = *sums;
  for (; j + 2 * lanes <= count; j += 2 * lanes) {
    NAME(fer_active_vector)(w, &piece, NAME(fer_lanes), j, kind, use, near, far, 0, &found);
    NAME(fer_active_vector)(w, &piece, NAME(fer_lanes), j + lanes, kind, use, near, far, 1, &found);
  }
  for (; j < count; j += lanes) {
    NAME(fer_active_vector)(w, &piece, count - j < lanes ? count - j : lanes, j, kind, use, near, far, 0, &found);
  }
  *sums = found;
}

// The same for what is left of a row behind whole pieces, compiled once.
FER_SHARED
void NAME(fer_active_rest)(const NAME(fer_center_space) *w, const NAME(fer_active_row) *active, ptrdiff_t slot,
                           ptrdiff_t start, ptrdiff_t count, NAME(fer_negative) kind, NAME(fer_use) use, REAL near,
                           REAL far, NAME(fer_row_lanes) *sums) {
  if (kind == NAME(fer_nearest_negative)) {
    NAME(fer_active_piece)(w, active, slot, start, count, NAME(fer_nearest_negative), use, near, far, sums);
  } else {
    NAME(fer_active_piece)(w, active, slot, start, count, NAME(fer_center_negative), use, near, far, sums);
  }
}

// Up to FER_GROUP rows; what they add to distances and weights is added to `sums`. Each piece of all of them reaches the
// sums of centers together.
FER_PART void NAME(fer_active_pieces)(const NAME(fer_center_space) *w, ptrdiff_t rows,
                                      const NAME(fer_active_row) *active, NAME(fer_negative) kind, NAME(fer_use) use,
                                      REAL near, REAL far, NAME(fer_row_lanes) *sums) {
  static const ptrdiff_t slots[] = {0, 1, 2, 3};
  _Static_assert(sizeof slots == FER_GROUP * sizeof *slots, "a slot for each row of a group");
  bool synthesised = NAME(fer_is_synthesised)(kind);
  ptrdiff_t n = w->p->columns;
  for (ptrdiff_t start = 0; start < n; start += NAME(fer_piece)) {
    ptrdiff_t count = n - start < NAME(fer_piece) ? n - start : NAME(fer_piece);
    for (ptrdiff_t r = 0; r < rows; r++) {
      if (count < NAME(fer_piece)) {
        NAME(fer_active_rest)(w, &active[r], r, start, count, kind, use, near, far, &sums[r]);
      } else if (use == NAME(fer_streamed)) {
        NAME(fer_active_piece)(w, &active[r], r, start, NAME(fer_piece), kind, NAME(fer_streamed), near, far, &sums[r]);
      } else {
        NAME(fer_active_piece)(w, &active[r], r, start, NAME(fer_piece), kind, NAME(fer_written), near, far, &sums[r]);
      }
    }
    for (ptrdiff_t j = start; synthesised && j < start + count; j += NAME(fer_lanes)) {
      if (rows == FER_GROUP) {
        NAME(fer_scatter_vector)(w, slots, FER_GROUP, NULL, false, NAME(fer_lanes), j, start);
      } else {
        for (ptrdiff_t r = 0; r < rows; r++) {
          NAME(fer_scatter_vector)(w, slots + r, 1, NULL, false, NAME(fer_lanes), j, start);
        }
      }
    }
  }
}

// Vectors of a stretch of a row are in three stages at a time: what is computed of one is as long a chain of operations as
// the processor can look ahead, so that it would wait for each; the stages of three of them do not wait for each other.
enum { NAME(fer_stretch) = 2048 / sizeof(REAL), NAME(fer_apart) = 4 * NAME(fer_lanes) };

// A stretch of whole pairs of vectors, at least twice fer_apart, which lies at `row`; the squash scale is 1. Anything may
// come of a row whose coordinates are not all moderate.
FER_PART void NAME(fer_active_stages)(const NAME(fer_center_space) *w, const REAL *x, NAME(fer_center_row) row,
                                      ptrdiff_t count, NAME(fer_use) use, REAL near, REAL far,
                                      NAME(fer_row_lanes) *sums) {
  const ptrdiff_t lanes = NAME(fer_lanes), apart = NAME(fer_apart);
  const NAME(fer_negative) kind = NAME(fer_center_negative);
  REAL values[NAME(fer_stretch)] FER_ALIGNED, slopes[NAME(fer_stretch)] FER_ALIGNED;
  row.s = values;
  row.slopes = slopes;
  NAME(fer_row_lanes) found = *sums;
  FER_UNROLLED_LOOP
  for (ptrdiff_t i = 0; i < 2 * apart; i += lanes) {
    NAME(fer_exponential_step)(lanes, 1, x + i, values + i, &found.largest);
  }
  FER_UNROLLED_LOOP
  for (ptrdiff_t i = 0; i < apart; i += lanes) NAME(fer_logistic_step)(lanes, 2, values + i, slopes + i);
  ptrdiff_t j = 0;
  for (; j < count - 2 * apart; j += 2 * lanes) {
    NAME(fer_ask)(2 * lanes, x + j, FER_AHEAD);
    NAME(fer_ask)(2 * lanes, row.a + j, FER_AHEAD);
    if (use == NAME(fer_written)) {
      NAME(fer_ask)(2 * lanes, row.gradient + j, FER_AHEAD);
      NAME(fer_ask)(2 * lanes, row.inclusion_gradient + j, FER_AHEAD);
    }
    FER_UNROLLED_LOOP
    for (int turn = 0; turn < 2; turn++) {
      ptrdiff_t i = j + turn * lanes;
      NAME(fer_exponential_step)(lanes, 1, x + i + 2 * apart, values + i + 2 * apart, &found.largest);
      NAME(fer_logistic_step)(lanes, 2, values + i + apart, slopes + i + apart);
      NAME(fer_active_vector)(w, &row, lanes, i, kind, use, near, far, turn, &found);
    }
  }
  FER_UNROLLED_LOOP
  for (ptrdiff_t i = apart; i < 2 * apart; i += lanes) {
    NAME(fer_logistic_step)(lanes, 2, values + j + i, slopes + j + i);
  }
  FER_UNROLLED_LOOP
  for (ptrdiff_t i = 0; i < 2 * apart; i += lanes) {
    NAME(fer_active_vector)(w, &row, lanes, j + i, kind, use, near, far, i / lanes % 2, &found);
  }
  *sums = found;
}

// The same as functions of their own, which leaves them all registers.
#define FER_STAGES(name, adds_terms, use)                                                                             \
  FER_SHARED                                                                                                          \
  void NAME(name)(const REAL *x, const NAME(fer_center_row) *row, ptrdiff_t count, REAL near, REAL far,               \
                  NAME(fer_row_lanes) *sums) {                                                                        \
    NAME(fer_center_space) space = {.few = adds_terms};                                                               \
    NAME(fer_active_stages)(&space, x, *row, count, use, near, far, sums);                                            \
  }

FER_STAGES(fer_written_stages, true, NAME(fer_written))
FER_STAGES(fer_streamed_stages, true, NAME(fer_streamed))
FER_STAGES(fer_written_stages_of_many, false, NAME(fer_written))
FER_STAGES(fer_streamed_stages_of_many, false, NAME(fer_streamed))
#undef FER_STAGES

FER_PART void NAME(fer_active_stretch)(bool few, const REAL *x, const NAME(fer_center_row) *row, ptrdiff_t count,
                                       NAME(fer_use) use, REAL near, REAL far, NAME(fer_row_lanes) *sums) {
  if (few && use == NAME(fer_written)) {
    NAME(fer_written_stages)(x, row, count, near, far, sums);
  } else if (few) {
    NAME(fer_streamed_stages)(x, row, count, near, far, sums);
  } else if (use == NAME(fer_written)) {
    NAME(fer_written_stages_of_many)(x, row, count, near, far, sums);
  } else {
    NAME(fer_streamed_stages_of_many)(x, row, count, near, far, sums);
  }
}

// Whether rows go through the stages, which take the constants of all three in registers.
FER_PART bool NAME(fer_takes_stages)(const fer_triplet_center *p, NAME(fer_negative) kind) {
  bool suits = FER_MANY_REGISTERS && !NAME(fer_is_synthesised)(kind) && p->squash_scale == 1;
  return suits && p->columns >= 2 * NAME(fer_apart);
}

// A row that meets a center: stretches of whole pairs of vectors in stages, and what is left of the last, which is less than
// a piece.
FER_PART void NAME(fer_active_stretches)(const NAME(fer_center_space) *w, const NAME(fer_active_row) *active,
                                         NAME(fer_use) use, REAL near, REAL far, NAME(fer_row_lanes) *sums) {
  _Static_assert(2 * NAME(fer_apart) <= NAME(fer_piece), "what the stages leave is less than a piece");
  ptrdiff_t n = w->p->columns;
  for (ptrdiff_t start = 0; start < n; start += NAME(fer_stretch)) {
    ptrdiff_t count = n - start < NAME(fer_stretch) ? n - start : NAME(fer_stretch);
    ptrdiff_t whole = count - count % (2 * NAME(fer_lanes));
    NAME(fer_center_row) row;
    NAME(fer_place_piece)(w, &active->row, 0, start, &row);
    if (whole < 2 * NAME(fer_apart)) whole = 0;
    if (whole > 0) NAME(fer_active_stretch)(w->few, active->x + start, &row, whole, use, near, far, sums);
    if (whole == count) continue;
    NAME(fer_active_rest)
    (w, active, 0, start + whole, count - whole, NAME(fer_center_negative), use, near, far, sums);
  }
}

// Up to FER_GROUP rows; their distances and weights go to `sums`.
FER_PART void NAME(fer_active_rows)(const NAME(fer_center_space) *w, ptrdiff_t rows, const ptrdiff_t *places,
                                    NAME(fer_negative) kind, NAME(fer_use) use, REAL near, REAL far,
                                    NAME(fer_row_lanes) *sums) {
  const fer_triplet_center *p = w->p;
  bool synthesised = NAME(fer_is_synthesised)(kind);
  ptrdiff_t n = p->columns;
  NAME(fer_active_row) active[FER_GROUP];
  for (ptrdiff_t r = 0; r < rows; r++) {
    active[r].x = (const REAL *)p->embeddings + places[r] * n;
    if (synthesised) NAME(fer_list_candidates)(p, p->labels[places[r]], &active[r].list);
    NAME(fer_place_row)(w, places[r], 0, synthesised, &active[r].row);
    memset(&sums[r], 0, sizeof *sums);
  }
  if (!NAME(fer_takes_stages)(p, kind)) {
    NAME(fer_active_pieces)(w, rows, active, kind, use, near, far, sums);
    return;
  }
  for (ptrdiff_t r = 0; r < rows; r++) NAME(fer_active_stretches)(w, &active[r], use, near, far, &sums[r]);
}

// Whether rows may be taken to be active, and all gradients are written: with margins of at least the weights times the
// largest distance, a row is active unless a weight is negative or all are 0. A row that is not has everything done again.
FER_PART bool NAME(fer_may_be_active)(const fer_triplet_center *p, NAME(fer_negative) kind) {
  bool fits = kind == NAME(fer_center_negative) || kind == NAME(fer_nearest_negative);
  bool all = p->embedding_gradient && p->inclusion_gradient && p->center_gradient && p->negative_center_gradient;
  bool active = p->squashes && !p->takes_roots && !p->margins && p->margin_scale >= p->negative_weight;
  return fits && all && p->writes && active;
}

// From so many bytes of a batch's gradients on they go past the caches, which spares reading what they are written over.
#define FER_STREAMED_BYTES ((size_t)8 << 20)

FER_PART NAME(fer_use) NAME(fer_active_use)(const fer_triplet_center *p) {
  size_t row = (size_t)p->columns * sizeof(REAL);
  size_t places = row | (size_t)(uintptr_t)p->embedding_gradient | (size_t)(uintptr_t)p->inclusion_gradient;
  bool streams = places % FER_VECTOR_BYTES == 0 && 2 * row * (size_t)p->all_rows >= FER_STREAMED_BYTES;
  return streams ? NAME(fer_streamed) : NAME(fer_written);
}

// Whether the numbers of row i were finite, where they are looked at: coordinates by the bits of the largest magnitude,
// weights by their sum, and one by one only if that is not finite.
FER_PART bool NAME(fer_saw_finite)(const fer_triplet_center *p, ptrdiff_t i, REAL weight, BITS largest) {
  if (!p->checks) return true;
  BITS bits;
  memcpy(&bits, &weight, sizeof bits);
  bool surely = largest < EXPONENT_MASK && (bits & ~(BITS)SIGN_BIT) < EXPONENT_MASK;
  return surely || NAME(fer_is_finite_row)(p, i);
}

// One sweep over rows that are taken to be active, and moderate where that matters. False if one is not; it ends early,
// too, where a number is not finite.
FER_PART bool NAME(fer_sweep_active)(const NAME(fer_center_space) *w, NAME(fer_negative) kind,
                                     NAME(fer_row_choice) choice, NAME(fer_use) use, fer_triplet_center_sums *sums) {
  const fer_triplet_center *p = w->p;
  REAL *losses = p->losses;
  REAL positive_weight = (REAL)p->positive_weight, negative_weight = (REAL)p->negative_weight;
  REAL h = (REAL)(p->row_scale * p->gradient_scale), near = h * positive_weight, far = h * negative_weight;
  // Negatives that are put together read and add to all centers, which so are read once for several rows.
  ptrdiff_t limit = NAME(fer_is_synthesised)(kind) ? FER_GROUP : 1;
  for (ptrdiff_t i = 0; i < p->rows;) {
    ptrdiff_t rows[FER_GROUP], count = NAME(fer_next_rows)(p, choice, limit, &i, rows, sums);
    NAME(fer_row_lanes) lanes[FER_GROUP];
    NAME(fer_active_rows)(w, count, rows, kind, use, near, far, lanes);
    REAL weight[FER_GROUP];
    bool moderate = true;
    for (ptrdiff_t r = 0; r < count; r++) {
      NAME(fer_vector) weights = lanes[r].weight[0] + lanes[r].weight[1];
      BITS largest = __builtin_reduce_max(lanes[r].largest);
      REAL magnitude;
      weight[r] = NAME(fer_lane_sum)(&weights);
      memcpy(&magnitude, &largest, sizeof magnitude);
      if (!NAME(fer_saw_finite)(p, rows[r], weight[r], largest)) sums->is_finite = false;
      if (!NAME(fer_is_moderate)(magnitude)) moderate = false;
    }
    if (!sums->is_finite) return true;
    if (!moderate && NAME(fer_takes_stages)(p, kind)) return false;
    for (ptrdiff_t r = 0; r < count; r++) {
      NAME(fer_vector) near_sum = lanes[r].positive[0] + lanes[r].positive[1];
      NAME(fer_vector) far_sum = lanes[r].negative[0] + lanes[r].negative[1];
      REAL positive = NAME(fer_lane_sum)(&near_sum), negative = NAME(fer_lane_sum)(&far_sum);
      REAL margin = (REAL)p->margin_scale * weight[r];
      REAL l = NAME(fer_bracket)(positive_weight * positive, negative_weight * negative, margin);
      if (!(l > 0)) return false;
      sums->margin += margin;
      sums->positive += positive;
      sums->negative += negative;
      losses[rows[r]] = (REAL)p->row_scale * l;
      sums->active += 1;
      sums->loss += losses[rows[r]];
    }
  }
  return true;
}

// The same; what went past the caches is then there for other threads, too.
FER_PART bool NAME(fer_active_sweep)(const NAME(fer_center_space) *w, NAME(fer_negative) kind,
                                     NAME(fer_row_choice) choice, fer_triplet_center_sums *sums) {
  NAME(fer_use) use = NAME(fer_active_use)(w->p);
  bool active = NAME(fer_sweep_active)(w, kind, choice, use, sums);
  if (use == NAME(fer_streamed)) __atomic_thread_fence(__ATOMIC_SEQ_CST);
  return active;
}

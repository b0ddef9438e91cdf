// A negative that is put together within the pass, from the nearest of the other centers in each coordinate.

// The classes that a row of class `own` may take coordinates from, in order.
typedef struct {
  ptrdiff_t count, classes[NAME(fer_few_classes)];
} NAME(fer_candidate_list);

FER_PART void NAME(fer_list_candidates)(const fer_triplet_center *p, ptrdiff_t own, NAME(fer_candidate_list) *list) {
  list->count = 0;
  for (ptrdiff_t k = 0; k < p->classes; k++) {
    if (k != own && (!p->eligible || p->eligible[k])) list->classes[list->count++] = k;
  }
}

// Puts some vectors of a row's negative together, from the nearest of the candidates in each coordinate j and further.
FER_PART void NAME(fer_put_together)(const NAME(fer_center_space) *w, const NAME(fer_candidate_list) *list,
                                     int vectors, ptrdiff_t count, const REAL *x, ptrdiff_t j, REAL *others,
                                     SIGNED *chosen) {
  NAME(fer_vector) row[FER_TOGETHER];
  NAME(fer_index) best[FER_TOGETHER], pick[FER_TOGETHER], value[FER_TOGETHER];
  const ptrdiff_t lanes = NAME(fer_lanes), apart = lanes * w->places;
  const REAL *raw = w->raw + j * w->places, *values = w->copy + j * w->places;
  FER_UNROLLED_LOOP
  for (int i = 0; i < vectors; i++) {
    NAME(fer_load)(count, x + j + i * lanes, &row[i]);
    NAME(fer_vector) c;
    memcpy(&c, raw + i * apart + list->classes[0] * lanes, sizeof c);
    best[i] = (NAME(fer_index))(row[i] - c) & ~SIGN_BIT;
    pick[i] = (NAME(fer_index)){0} + (SIGNED)list->classes[0];
    memcpy(&value[i], values + i * apart + list->classes[0] * lanes, sizeof *value);
  }
  for (ptrdiff_t candidate = 1; candidate < list->count; candidate++) {
    ptrdiff_t k = list->classes[candidate];
    FER_UNROLLED_LOOP
    for (int i = 0; i < vectors; i++) {
      NAME(fer_vector) c;
      NAME(fer_index) v, number;
      memcpy(&c, raw + i * apart + k * lanes, sizeof c);
      memcpy(&number, w->numbers + k * lanes, sizeof number);
      memcpy(&v, values + i * apart + k * lanes, sizeof v);
      NAME(fer_index) gap = (NAME(fer_index))(row[i] - c) & ~SIGN_BIT;
      NAME(fer_index) nearer = (NAME(fer_index))(gap < best[i]);
      pick[i] = (nearer & number) | (~nearer & pick[i]);
      value[i] = (nearer & v) | (~nearer & value[i]);
      best[i] = __builtin_elementwise_min(gap, best[i]);
    }
  }
  FER_UNROLLED_LOOP
  for (int i = 0; i < vectors; i++) {
    memcpy(others + i * lanes, &value[i], sizeof *value);
    memcpy(chosen + i * lanes, &pick[i], sizeof *pick);
  }
}

// The same for `count` coordinates of a row.
FER_PART void NAME(fer_put_piece_together)(const NAME(fer_center_space) *w, const NAME(fer_candidate_list) *list,
                                           ptrdiff_t start, ptrdiff_t count, const REAL *x, REAL *others,
                                           SIGNED *chosen) {
  ptrdiff_t lanes = NAME(fer_lanes), j = 0;
  for (; j + FER_TOGETHER * lanes <= count; j += FER_TOGETHER * lanes) {
    NAME(fer_put_together)(w, list, FER_TOGETHER, NAME(fer_lanes), x, start + j, others + j, chosen + j);
  }
  for (; j + lanes <= count; j += lanes) {
    NAME(fer_put_together)(w, list, 1, NAME(fer_lanes), x, start + j, others + j, chosen + j);
  }
  if (j < count) NAME(fer_put_together)(w, list, 1, count - j, x, start + j, others + j, chosen + j);
}

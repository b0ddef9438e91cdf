// The triplet-center loss with a hinge: value, distances and all gradients. Rows go through it in groups, and columns in
// strips.

FER_PART REAL NAME(fer_lane_sum)(const NAME(fer_vector) *lanes) {
  FER_SUM_LOOP
  REAL sum = 0;
  for (int l = 0; l < NAME(fer_lanes); l++) sum += (*lanes)[l];
  return sum;
}

// Squashes and measures a group.
FER_PART void NAME(fer_measure_group)(const NAME(fer_center_space) *w, NAME(fer_center_group) *group,
                                      NAME(fer_negative) kind) {
  ptrdiff_t n = w->p->columns;
  memset(group->positive, 0, sizeof group->positive);
  memset(group->negative, 0, sizeof group->negative);
  memset(group->weight, 0, sizeof group->weight);
  group->largest = 0;
  for (ptrdiff_t slot = 0; slot < group->count; slot++) {
    for (ptrdiff_t start = 0; start < n; start += NAME(fer_strip)) {
      ptrdiff_t end = start + NAME(fer_strip) < n ? start + NAME(fer_strip) : n;
      NAME(fer_measure_strip)(w, group, slot, start, end, kind);
    }
  }
}

// The gradients of one row, except what a synthesised negative adds to centers.
FER_PART void NAME(fer_row_gradient)(const NAME(fer_center_space) *w, const NAME(fer_center_group) *group,
                                     ptrdiff_t slot, bool synthesised) {
  const fer_triplet_center *p = w->p;
  ptrdiff_t n = p->columns;
  bool all = p->embedding_gradient && p->inclusion_gradient && p->center_gradient && p->negative_center_gradient;
  for (ptrdiff_t start = 0; start < n; start += NAME(fer_strip)) {
    ptrdiff_t end = start + NAME(fer_strip) < n ? start + NAME(fer_strip) : n;
    if (all && p->writes) {
      NAME(fer_gradient_strip)(w, group, slot, start, end, synthesised, true, true);
    } else if (all) {
      NAME(fer_gradient_strip)(w, group, slot, start, end, synthesised, true, false);
    } else {
      NAME(fer_gradient_strip)(w, group, slot, start, end, synthesised, false, p->writes);
    }
  }
}

// The gradients of the given places of a group, except the margins'.
FER_PART void NAME(fer_group_gradient)(const NAME(fer_center_space) *w, const NAME(fer_center_group) *group,
                                       ptrdiff_t count, const ptrdiff_t *slots, bool synthesised) {
  const fer_triplet_center *p = w->p;
  for (ptrdiff_t r = 0; r < count; r++) NAME(fer_row_gradient)(w, group, slots[r], synthesised);
  if (!synthesised || !p->center_gradient || !p->negative_center_gradient) return;
  if (w->places > 0 && count == FER_GROUP) {
    NAME(fer_scatter_rows)(w, slots, FER_GROUP, group);
    return;
  }
  for (ptrdiff_t r = 0; r < count; r++) {
    if (w->places > 0) {
      NAME(fer_scatter_rows)(w, slots + r, 1, group);
    } else {
      NAME(fer_scatter_row)(w, slots[r], group->rows[slots[r]]);
    }
  }
}

// Gradients of rows that add nothing, where they are written.
FER_PART void NAME(fer_clear_row)(const fer_triplet_center *p, ptrdiff_t i) {
  ptrdiff_t n = p->columns;
  if (!p->writes) return;
  if (p->embedding_gradient) memset((REAL *)p->embedding_gradient + i * n, 0, (size_t)n * sizeof(REAL));
  if (p->inclusion_gradient) memset((REAL *)p->inclusion_gradient + i * n, 0, (size_t)n * sizeof(REAL));
}

FER_PART fer_triplet_center_sums NAME(fer_triplet_center_rows)(const fer_triplet_center *p, NAME(fer_negative) kind,
                                                               int places, bool few) {
  ptrdiff_t n = p->columns, stride = NAME(fer_scratch_stride)(n);
  const REAL *margins = p->margins;
  REAL *losses = p->losses, *rows = p->scratch, *ones = rows + 3 * FER_GROUP * stride, *twos = ones + stride;
  REAL *copy = twos + stride;
  NAME(fer_center_space) space = {
    .p = p, .places = places, .few = few, .stride = stride, .gradient = p->center_gradient,
    .rows = rows, .slopes = rows + FER_GROUP * stride, .others = rows + 2 * FER_GROUP * stride, .ones = ones,
    .twos = twos, .far = rows + NAME(fer_center_rows_of_scratch)(n, p->classes)
  };
  for (ptrdiff_t j = 0; j < n; j++) ones[j] = 1;
  for (ptrdiff_t j = 0; j < n; j++) twos[j] = 2;
  if (few) {
    space.gradient = copy + places * NAME(fer_whole_width)(n);
    memset(space.gradient, 0, (size_t)((places > 0 ? places : p->classes) * stride) * sizeof *copy);
  } else if (p->writes && p->center_gradient) {
    memset(p->center_gradient, 0, (size_t)(p->classes * n) * sizeof(REAL));
  }
  if (places > 0) {
    space.copy = copy;
    NAME(fer_copy_centers_by_vector)(&space, copy);
  }
  REAL w = (REAL)p->positive_weight, wn = (REAL)p->negative_weight, row_scale = (REAL)p->row_scale;
  REAL h = (REAL)(p->row_scale * p->gradient_scale);
  bool differentiates = p->embedding_gradient || p->center_gradient || p->inclusion_gradient || p->margin_gradient;
  fer_triplet_center_sums sums = {.is_finite = true};

  for (ptrdiff_t i = 0; i < p->rows;) {
    NAME(fer_center_group) group = {.count = 0};
    for (; i < p->rows && group.count < FER_GROUP; i++) {
      losses[i] = 0;
      if (p->valid[i]) {
        group.rows[group.count++] = i;
      } else {
        NAME(fer_clear_row)(p, i);
        if (p->checks && NAME(fer_largest_of_row)(p, i, 0, n) >= EXPONENT_MASK) sums.is_finite = false;
      }
    }
    NAME(fer_measure_group)(&space, &group, kind);
    if (group.largest >= EXPONENT_MASK) sums.is_finite = false;
    if (!sums.is_finite) return sums;
    ptrdiff_t active = 0, slots[FER_GROUP];
    for (ptrdiff_t slot = 0; slot < group.count; slot++) {
      ptrdiff_t row = group.rows[slot];
      REAL positive = NAME(fer_lane_sum)(&group.positive[slot]), near_slope, far_slope;
      REAL near = w * NAME(fer_powered)(positive, p->takes_roots, &near_slope);
      REAL margin = margins ? margins[row] : (REAL)p->margin_scale * NAME(fer_lane_sum)(&group.weight[slot]);
      sums.margin += margin;
      sums.positive += positive;
      if (kind == NAME(fer_no_negative)) {
        if (!NAME(fer_others_row)(&space, row, slot, near, w * near_slope, margin, &sums)) NAME(fer_clear_row)(p, row);
        continue;
      }
      REAL negative = NAME(fer_lane_sum)(&group.negative[slot]);
      REAL l = near - wn * NAME(fer_powered)(negative, p->takes_roots, &far_slope) + margin;
      sums.negative += negative;
      if (!(l > 0)) {
        NAME(fer_clear_row)(p, row);
        continue;
      }
      losses[row] = row_scale * l;
      sums.active += 1;
      sums.loss += losses[row];
      group.near[slot] = h * w * near_slope;
      group.far[slot] = h * wn * far_slope;
      slots[active++] = slot;
      if (p->margin_gradient) ((REAL *)p->margin_gradient)[row] += h;
    }
    if (!differentiates || active == 0) continue;
    NAME(fer_group_gradient)(&space, &group, active, slots, kind == NAME(fer_synthesised_negative));
  }
  if (few && p->center_gradient) NAME(fer_finish_sums)(&space);
  return sums;
}

FER_KERNEL
fer_triplet_center_sums NAME(fer_triplet_center)(const fer_triplet_center *p) {
  const NAME(fer_negative) synthesised = NAME(fer_synthesised_negative);
  bool few = p->classes <= NAME(fer_few_classes);
  if (!p->negatives) return NAME(fer_triplet_center_rows)(p, NAME(fer_no_negative), 0, few);
  if (!p->negatives_per_coordinate) return NAME(fer_triplet_center_rows)(p, NAME(fer_center_negative), 0, few);
  // The faces of the field have seven expressions or eight.
  if (p->classes <= 7) return NAME(fer_triplet_center_rows)(p, synthesised, 7, true);
  if (p->classes == 8) return NAME(fer_triplet_center_rows)(p, synthesised, 8, true);
  if (few) return NAME(fer_triplet_center_rows)(p, synthesised, NAME(fer_few_classes), true);
  return NAME(fer_triplet_center_rows)(p, synthesised, 0, false);
}

// The triplet-center loss with a hinge: value, distances and all gradients. Rows go through it in groups.

// Squashes and measures a group.
FER_PART void NAME(fer_measure_group)(const NAME(fer_center_space) *w, NAME(fer_center_group) *group,
                                      NAME(fer_negative) kind) {
  group->largest = 0;
  for (ptrdiff_t slot = 0; slot < group->count; slot++) NAME(fer_measure_row)(w, group, slot, kind);
}

// The gradients of one row, except what a synthesised negative adds to centers.
FER_PART void NAME(fer_row_gradient)(const NAME(fer_center_space) *w, const NAME(fer_center_group) *group,
                                     ptrdiff_t slot, bool synthesised) {
  const fer_triplet_center *p = w->p;
  bool all = p->embedding_gradient && p->inclusion_gradient && p->center_gradient && p->negative_center_gradient;
  if (all && p->writes) {
    NAME(fer_gradient_row)(w, group, slot, synthesised, true, NAME(fer_written));
  } else if (all) {
    NAME(fer_gradient_row)(w, group, slot, synthesised, true, NAME(fer_added));
  } else {
    NAME(fer_gradient_row)(w, group, slot, synthesised, false, NAME(fer_use_of)(p->writes));
  }
}

// The gradients of the given places of a group, except the margins'.
FER_PART void NAME(fer_group_gradient)(const NAME(fer_center_space) *w, const NAME(fer_center_group) *group,
                                       ptrdiff_t count, const ptrdiff_t *slots, NAME(fer_negative) kind) {
  const fer_triplet_center *p = w->p;
  bool synthesised = NAME(fer_is_synthesised)(kind), given = kind == NAME(fer_given_negative);
  for (ptrdiff_t r = 0; r < count; r++) NAME(fer_row_gradient)(w, group, slots[r], synthesised);
  if (!synthesised || !p->center_gradient || !p->negative_center_gradient) return;
  if (w->places > 0 && count == FER_GROUP) {
    NAME(fer_scatter_rows)(w, slots, FER_GROUP, group, given);
    return;
  }
  for (ptrdiff_t r = 0; r < count; r++) {
    if (w->places > 0) {
      NAME(fer_scatter_rows)(w, slots + r, 1, group, given);
    } else {
      NAME(fer_scatter_row)(w, slots[r], group->rows[slots[r]]);
    }
  }
}

// One sweep over rows that meet one kind of negative.
FER_PART void NAME(fer_sweep)(const NAME(fer_center_space) *space, NAME(fer_negative) kind,
                              NAME(fer_row_choice) choice, fer_triplet_center_sums *sums) {
  const fer_triplet_center *p = space->p;
  const REAL *margins = p->margins;
  REAL *losses = p->losses;
  REAL w = (REAL)p->positive_weight, wn = (REAL)p->negative_weight, row_scale = (REAL)p->row_scale;
  REAL h = (REAL)(p->row_scale * p->gradient_scale);
  bool differentiates = p->embedding_gradient || p->center_gradient || p->inclusion_gradient || p->margin_gradient;
  // Rows with a negative put together reach the sums of centers together; others do not leave the first cache.
  ptrdiff_t limit = NAME(fer_is_synthesised)(kind) ? FER_GROUP : 1;
  for (ptrdiff_t i = 0; i < p->rows;) {
    NAME(fer_center_group) group = {.count = 0};
    group.count = NAME(fer_next_rows)(p, choice, limit, &i, group.rows, sums);
    NAME(fer_measure_group)(space, &group, kind);
    if (p->checks && group.largest >= EXPONENT_MASK) sums->is_finite = false;
    if (!sums->is_finite) return;
    ptrdiff_t active = 0, slots[FER_GROUP];
    for (ptrdiff_t slot = 0; slot < group.count; slot++) {
      ptrdiff_t row = group.rows[slot];
      REAL margin = margins ? margins[row] : (REAL)p->margin_scale * NAME(fer_lane_sum)(&group.weight[slot]);
      sums->margin += margin;
      losses[row] = 0;
      if (kind == NAME(fer_no_negative)) {
        if (!NAME(fer_others_row)(space, row, slot, margin, sums)) NAME(fer_clear_row)(p, row);
        continue;
      }
      REAL positive = NAME(fer_lane_sum)(&group.positive[slot]), near_slope, far_slope;
      REAL near = w * NAME(fer_powered)(positive, p->takes_roots, &near_slope);
      sums->positive += positive;
      REAL negative = NAME(fer_lane_sum)(&group.negative[slot]);
      REAL l = NAME(fer_bracket)(near, wn * NAME(fer_powered)(negative, p->takes_roots, &far_slope), margin);
      sums->negative += negative;
      if (!(l > 0)) {
        NAME(fer_clear_row)(p, row);
        continue;
      }
      losses[row] = row_scale * l;
      sums->active += 1;
      sums->loss += losses[row];
      group.near[slot] = h * w * near_slope;
      group.far[slot] = h * wn * far_slope;
      slots[active++] = slot;
      if (p->margin_gradient) ((REAL *)p->margin_gradient)[row] += h;
    }
    if (!differentiates || active == 0) continue;
    NAME(fer_group_gradient)(space, &group, active, slots, kind);
  }
}

// Sums for centers begin at 0, except where they are added to gradients.
FER_PART void NAME(fer_clear_sums)(const NAME(fer_center_space) *w) {
  const fer_triplet_center *p = w->p;
  if (w->few) {
    memset(w->gradient, 0, (size_t)((w->places > 0 ? w->places : p->classes) * w->stride) * sizeof(REAL));
  } else if (p->writes && p->center_gradient) {
    memset(p->center_gradient, 0, (size_t)(p->classes * p->columns) * sizeof(REAL));
  }
}

FER_PART fer_triplet_center_sums NAME(fer_triplet_center_rows)(const fer_triplet_center *p, NAME(fer_negative) kind,
                                                               int places, bool few) {
  ptrdiff_t n = p->columns, stride = NAME(fer_scratch_stride)(n), width = places * NAME(fer_whole_width)(n);
  REAL *rows = p->scratch, *ones = rows + 4 * FER_GROUP * stride, *twos = ones + stride, *copy = twos + stride;
  NAME(fer_center_space) space = {
    .p = p, .places = places, .few = few, .stride = stride, .gradient = p->center_gradient,
    .rows = rows, .slopes = rows + FER_GROUP * stride, .others = rows + 2 * FER_GROUP * stride,
    .chosen = (SIGNED *)(rows + 3 * FER_GROUP * stride), .ones = ones, .twos = twos,
    .far = rows + NAME(fer_center_rows_of_scratch)(n, p->classes)
  };
  SIGNED numbers[NAME(fer_few_classes) * NAME(fer_lanes)] __attribute__((aligned(FER_VECTOR_BYTES)));
  if (kind == NAME(fer_nearest_negative)) {
    for (int i = 0; i < places * NAME(fer_lanes); i++) numbers[i] = i / NAME(fer_lanes);
    space.numbers = numbers;
  }
  for (ptrdiff_t j = 0; j < n; j++) ones[j] = 1;
  for (ptrdiff_t j = 0; j < n; j++) twos[j] = 2;
  if (few) space.gradient = copy + 2 * width;
  NAME(fer_clear_sums)(&space);
  if (places > 0) {
    space.copy = space.raw = copy;
    NAME(fer_copy_centers_by_vector)(&space, p->center_values, copy);
  }
  if (kind == NAME(fer_nearest_negative) && p->squashes) {
    space.raw = copy + width;
    NAME(fer_copy_centers_by_vector)(&space, p->centers, copy + width);
  }
  fer_triplet_center_sums sums = {.is_finite = true};
  if (NAME(fer_may_be_active)(p, kind)) {
    bool active = true;
    if (kind == NAME(fer_nearest_negative)) {
      active = NAME(fer_active_sweep)(&space, NAME(fer_center_negative), NAME(fer_rows_given), &sums);
      if (!sums.is_finite) return sums;
      active = active && NAME(fer_active_sweep)(&space, kind, NAME(fer_rows_left), &sums);
    } else {
      active = NAME(fer_active_sweep)(&space, kind, NAME(fer_all_rows), &sums);
    }
    if (active) {
      REAL *slopes = p->margin_gradient;
      for (ptrdiff_t i = 0; slopes && i < p->rows; i++) {
        if (p->valid[i]) slopes[i] += (REAL)(p->row_scale * p->gradient_scale);
      }
      if (sums.is_finite && few && p->center_gradient) NAME(fer_finish_sums)(&space);
      return sums;
    }
    NAME(fer_clear_sums)(&space);
    sums = (fer_triplet_center_sums){.is_finite = true};
  }
  if (kind == NAME(fer_nearest_negative)) {
    NAME(fer_sweep)(&space, NAME(fer_center_negative), NAME(fer_rows_given), &sums);
    if (!sums.is_finite) return sums;
    NAME(fer_sweep)(&space, kind, NAME(fer_rows_left), &sums);
  } else {
    NAME(fer_sweep)(&space, kind, NAME(fer_all_rows), &sums);
  }
  if (sums.is_finite && few && p->center_gradient) NAME(fer_finish_sums)(&space);
  return sums;
}

// A function for each kind of negative, so that a call needs no more of the stack than one of them. The faces of the field
// have seven expressions or eight.
#define FER_PASS(name, kind, places, few)                                                                             \
  FER_SHARED                                                                                                          \
  fer_triplet_center_sums NAME(name)(const fer_triplet_center *p) {                                                   \
    return NAME(fer_triplet_center_rows)(p, NAME(kind), places, few);                                                 \
  }

FER_PASS(fer_pass_of_others, fer_no_negative, 0, true)
FER_PASS(fer_pass_of_many_others, fer_no_negative, 0, false)
FER_PASS(fer_pass_of_centers, fer_center_negative, 0, true)
FER_PASS(fer_pass_of_many_centers, fer_center_negative, 0, false)
FER_PASS(fer_pass_of_given, fer_given_negative, NAME(fer_few_classes), true)
FER_PASS(fer_pass_of_many_given, fer_given_negative, 0, false)
FER_PASS(fer_pass_of_seven, fer_nearest_negative, 7, true)
FER_PASS(fer_pass_of_eight, fer_nearest_negative, 8, true)
FER_PASS(fer_pass_of_nearest, fer_nearest_negative, NAME(fer_few_classes), true)

FER_KERNEL
fer_triplet_center_sums NAME(fer_triplet_center)(const fer_triplet_center *p) {
  bool few = p->classes <= NAME(fer_few_classes);
  if (!p->negatives) return few ? NAME(fer_pass_of_others)(p) : NAME(fer_pass_of_many_others)(p);
  if (p->negatives_per_coordinate) return few ? NAME(fer_pass_of_given)(p) : NAME(fer_pass_of_many_given)(p);
  if (!p->centers || !few) return few ? NAME(fer_pass_of_centers)(p) : NAME(fer_pass_of_many_centers)(p);
  if (FER_SPECIALISES && p->classes <= 7) return NAME(fer_pass_of_seven)(p);
  if (FER_SPECIALISES && p->classes == 8) return NAME(fer_pass_of_eight)(p);
  return NAME(fer_pass_of_nearest)(p);
}

// One pass over the row in blocks that stay in registers and the first cache: for each block, every class.
FER_KERNEL
void NAME(fer_nearest_coordinates)(ptrdiff_t columns, ptrdiff_t classes, const REAL *x, const REAL *centers,
                                   ptrdiff_t label, const bool *eligible, int32_t *selected) {
  enum { block = 64 };
  ptrdiff_t first = 0;
  while (first < classes && (first == label || (eligible && !eligible[first]))) first++;
  if (first == classes) {
    for (ptrdiff_t j = 0; j < columns; j++) selected[j] = -1;
    return;
  }
  for (ptrdiff_t start = 0; start < columns; start += block) {
    ptrdiff_t width = columns - start < block ? columns - start : block;
    const REAL *part = x + start;
    REAL best[block];
    int32_t chosen[block];
    for (ptrdiff_t j = 0; j < width; j++) {
      REAL d = part[j] - centers[first * columns + start + j];
      best[j] = d < 0 ? -d : d;
      chosen[j] = (int32_t)first;
    }
    for (ptrdiff_t k = first + 1; k < classes; k++) {
      if (k == label || (eligible && !eligible[k])) continue;
      const REAL *center = centers + k * columns + start;
      for (ptrdiff_t j = 0; j < width; j++) {
        REAL d = part[j] - center[j];
        d = d < 0 ? -d : d;
        chosen[j] = d < best[j] ? (int32_t)k : chosen[j];
        best[j] = d < best[j] ? d : best[j];
      }
    }
    memcpy(selected + start, chosen, (size_t)width * sizeof *chosen);
  }
}

FER_KERNEL
void NAME(fer_center_distances)(ptrdiff_t columns, ptrdiff_t classes, const REAL *x, const REAL *centers,
                                const REAL *weights, REAL *distances) {
  for (ptrdiff_t k = 0; k < classes; k++) {
    FER_SUM_LOOP
    const REAL *center = centers + k * columns;
    REAL sum = 0;
    if (weights) {
      for (ptrdiff_t j = 0; j < columns; j++) sum += weights[j] * ((x[j] - center[j]) * (x[j] - center[j]));
    } else {
      for (ptrdiff_t j = 0; j < columns; j++) sum += (x[j] - center[j]) * (x[j] - center[j]);
    }
    distances[k] = sum;
  }
}

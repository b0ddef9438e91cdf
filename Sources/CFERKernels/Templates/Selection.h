// The nearest candidate in each of `width` coordinates, which stay in registers while the classes pass by.
FER_PART void NAME(fer_nearest_block)(ptrdiff_t width, ptrdiff_t n, ptrdiff_t classes, const REAL *x,
                                      const REAL *centers, ptrdiff_t first, ptrdiff_t label, const bool *eligible,
                                      int32_t *selected) {
  REAL best[FER_LANES];
  int32_t chosen[FER_LANES];
  for (ptrdiff_t j = 0; j < width; j++) {
    REAL d = x[j] - centers[first * n + j];
    best[j] = d < 0 ? -d : d;
    chosen[j] = (int32_t)first;
  }
  for (ptrdiff_t k = first + 1; k < classes; k++) {
    if (k == label || (eligible && !eligible[k])) continue;
    const REAL *center = centers + k * n;
    for (ptrdiff_t j = 0; j < width; j++) {
      REAL d = x[j] - center[j];
      d = d < 0 ? -d : d;
      chosen[j] = d < best[j] ? (int32_t)k : chosen[j];
      best[j] = d < best[j] ? d : best[j];
    }
  }
  memcpy(selected, chosen, (size_t)width * sizeof *chosen);
}

FER_KERNEL
void NAME(fer_nearest_coordinates)(ptrdiff_t columns, ptrdiff_t classes, const REAL *x, const REAL *centers,
                                   ptrdiff_t label, const bool *eligible, int32_t *selected) {
  ptrdiff_t first = 0;
  while (first < classes && (first == label || (eligible && !eligible[first]))) first++;
  if (first == classes) {
    for (ptrdiff_t j = 0; j < columns; j++) selected[j] = -1;
    return;
  }
  ptrdiff_t j = 0;
  for (; j + FER_LANES <= columns; j += FER_LANES) {
    NAME(fer_nearest_block)(FER_LANES, columns, classes, x + j, centers + j, first, label, eligible, selected + j);
  }
  NAME(fer_nearest_block)(columns - j, columns, classes, x + j, centers + j, first, label, eligible, selected + j);
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

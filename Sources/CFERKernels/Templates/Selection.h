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

// Weighted squared distances of a row to four others at once, which hides the latency of an addition and reads the row
// once.
FER_PART void NAME(fer_four_distances)(ptrdiff_t n, bool weighted, const REAL *a, const REAL *x,
                                       const REAL *const others[4], REAL distances[4]) {
  FER_SUM_LOOP
  REAL sums[4] = {0};
  for (ptrdiff_t j = 0; j < n; j++) {
    for (ptrdiff_t k = 0; k < 4; k++) {
      REAL d = x[j] - others[k][j];
      sums[k] += FER_WEIGHT(j) * (d * d);
    }
  }
  memcpy(distances, sums, sizeof sums);
}

// The same to all rows of a matrix; the last one fills up the last four, so that equal rows have equal distances.
FER_PART void NAME(fer_row_distances)(ptrdiff_t n, ptrdiff_t rows, bool weighted, const REAL *weights, const REAL *x,
                                      const REAL *matrix, REAL *distances) {
  for (ptrdiff_t k = 0; k < rows; k += 4) {
    const REAL *others[4];
    REAL four[4];
    for (ptrdiff_t l = 0; l < 4; l++) others[l] = matrix + (k + l < rows ? k + l : rows - 1) * n;
    NAME(fer_four_distances)(n, weighted, weights, x, others, four);
    memcpy(distances + k, four, (size_t)(rows - k < 4 ? rows - k : 4) * sizeof *four);
  }
}

FER_KERNEL
void NAME(fer_center_distances)(ptrdiff_t columns, ptrdiff_t classes, const REAL *x, const REAL *centers,
                                const REAL *weights, REAL *distances) {
  if (weights) {
    NAME(fer_row_distances)(columns, classes, true, weights, x, centers, distances);
  } else {
    NAME(fer_row_distances)(columns, classes, false, x, x, centers, distances);
  }
}

// Negatives are synthesised in blocks of FER_NEAREST vectors of coordinates, which stay in registers while the classes
// pass by. The centers are copied first, block by block and in each of them class by class, as many blocks at a time as
// the second cache holds beside the rows: so they come in order, whatever their number.
#define FER_NEAREST 4

enum {
  NAME(fer_nearest_width) = FER_NEAREST * FER_VECTOR_BYTES / sizeof(REAL),
  NAME(fer_nearest_copy) = 65536 / sizeof(REAL)
};

FER_PART ptrdiff_t NAME(fer_nearest_blocks)(ptrdiff_t columns, ptrdiff_t classes) {
  ptrdiff_t all = (columns + NAME(fer_nearest_width) - 1) / NAME(fer_nearest_width);
  ptrdiff_t some = NAME(fer_nearest_copy) / (NAME(fer_nearest_width) * classes);
  return some < 1 ? 1 : some < all ? some : all;
}

FER_KERNEL
ptrdiff_t NAME(fer_nearest_places)(ptrdiff_t columns, ptrdiff_t classes) {
  return NAME(fer_nearest_blocks)(columns, classes) * classes * NAME(fer_nearest_width);
}

// One block of centers; those of classes that are not eligible become NaN, which is never nearer than another number.
FER_PART void NAME(fer_copy_centers)(ptrdiff_t width, ptrdiff_t columns, ptrdiff_t classes, const REAL *centers,
                                     const bool *eligible, REAL *copy) {
  for (ptrdiff_t k = 0; k < classes; k++, centers += columns, copy += NAME(fer_nearest_width)) {
    if (eligible && !eligible[k]) {
      for (ptrdiff_t j = 0; j < NAME(fer_nearest_width); j++) copy[j] = (REAL)NAN;
    } else {
      memcpy(copy, centers, (size_t)width * sizeof *copy);
      for (ptrdiff_t j = width; j < NAME(fer_nearest_width); j++) copy[j] = 0;
    }
  }
}

// `first` is the lowest candidate of a sample of class `label`, which is passed over. The class that is looked at is a
// number in every lane, which counts along: copying it from another register for each vector costs as much as a
// comparison.
FER_PART void NAME(fer_nearest_block)(ptrdiff_t width, ptrdiff_t classes, const REAL *x, const REAL *copy,
                                      ptrdiff_t first, ptrdiff_t label, int32_t *selected) {
  NAME(fer_vector) own[FER_NEAREST] = {0};
  NAME(fer_index) best[FER_NEAREST], chosen[FER_NEAREST];
  memcpy(own, x, (size_t)width * sizeof *x);
  copy += first * NAME(fer_nearest_width);
  FER_UNROLLED_LOOP
  for (int i = 0; i < FER_NEAREST; i++) {
    NAME(fer_vector) c;
    memcpy(&c, copy + i * NAME(fer_lanes), sizeof c);
    // Never a NaN, than which another one could be nearer.
    best[i] = (NAME(fer_index))(own[i] - c) & ~SIGN_BIT;
    best[i] = __builtin_elementwise_min(best[i], (NAME(fer_index)){0} + EXPONENT_MASK);
    chosen[i] = (NAME(fer_index)){0} + (SIGNED)first;
  }
  copy += NAME(fer_nearest_width);
  NAME(fer_index) number = (NAME(fer_index)){0} + (SIGNED)(first + 1);
  for (ptrdiff_t k = first + 1; k < classes; k++, copy += NAME(fer_nearest_width), number += 1) {
    if (k == label) continue;
    FER_UNROLLED_LOOP
    for (int i = 0; i < FER_NEAREST; i++) {
      NAME(fer_vector) c;
      memcpy(&c, copy + i * NAME(fer_lanes), sizeof c);
      NAME(fer_index) gap = (NAME(fer_index))(own[i] - c) & ~SIGN_BIT;
      NAME(fer_index) nearer = (NAME(fer_index))(gap < best[i]);
      chosen[i] = (nearer & number) | (~nearer & chosen[i]);
      best[i] = __builtin_elementwise_min(gap, best[i]);
    }
  }
  int32_t narrow[NAME(fer_nearest_width)];
  FER_UNROLLED_LOOP
  for (int i = 0; i < FER_NEAREST; i++) {
    NAME(fer_classes) numbers = __builtin_convertvector(chosen[i], NAME(fer_classes));
    memcpy(narrow + i * NAME(fer_lanes), &numbers, sizeof numbers);
  }
  memcpy(selected, narrow, (size_t)width * sizeof *selected);
}

FER_KERNEL
void NAME(fer_nearest_coordinates)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t classes, const REAL *x,
                                   const REAL *centers, const ptrdiff_t *labels, const bool *wanted,
                                   const bool *eligible, REAL *scratch, int32_t *selected) {
  ptrdiff_t lowest[2] = {-1, -1}, found = 0;
  for (ptrdiff_t k = 0; k < classes && found < 2; k++) {
    if (!eligible || eligible[k]) lowest[found++] = k;
  }
  const ptrdiff_t block = NAME(fer_nearest_width), size = classes * block;
  const ptrdiff_t stride = NAME(fer_nearest_blocks)(columns, classes) * block;
  for (ptrdiff_t start = 0; start < columns; start += stride) {
    ptrdiff_t end = start + stride < columns ? start + stride : columns, whole = end - (end - start) % block;
    REAL *copy = scratch;
    for (ptrdiff_t j = start; j < whole; j += block, copy += size) {
      NAME(fer_copy_centers)(block, columns, classes, centers + j, eligible, copy);
    }
    if (whole < end) NAME(fer_copy_centers)(end - whole, columns, classes, centers + whole, eligible, copy);
    for (ptrdiff_t i = 0; i < rows; i++) {
      if (!wanted[i]) continue;
      const REAL *row = x + i * columns;
      int32_t *chosen = selected + i * columns;
      ptrdiff_t label = labels[i], first = lowest[label == lowest[0]];
      if (first < 0) {
        for (ptrdiff_t j = start; j < end; j++) chosen[j] = -1;
        continue;
      }
      copy = scratch;
      for (ptrdiff_t j = start; j < whole; j += block, copy += size) {
        NAME(fer_nearest_block)(block, classes, row + j, copy, first, label, chosen + j);
      }
      if (whole == end) continue;
      NAME(fer_nearest_block)(end - whole, classes, row + whole, copy, first, label, chosen + whole);
    }
  }
}

// Adds weighted squared differences of a row from four others: those of the `count` coordinates that end before `end`.
FER_PART void NAME(fer_four_vectors)(ptrdiff_t count, ptrdiff_t end, bool weighted, const REAL *a, const REAL *x,
                                     const REAL *const others[4], NAME(fer_vector) *sums) {
  NAME(fer_vector) own, other, weight;
  NAME(fer_load_before)(count, x + end, &own);
  if (weighted) NAME(fer_load_before)(count, a + end, &weight);
  FER_UNROLLED_LOOP
  for (int k = 0; k < 4; k++) {
    NAME(fer_load_before)(count, others[k] + end, &other);
    other = own - other;
    sums[k] += weighted ? weight * other * other : other * other;
  }
}

// The same for rows that are shorter than a vector.
FER_PART void NAME(fer_four_short)(ptrdiff_t n, bool weighted, const REAL *a, const REAL *x,
                                   const REAL *const others[4], NAME(fer_quad) *distances) {
  FER_SUM_LOOP
  REAL sums[4] = {0};
  for (ptrdiff_t j = 0; j < n; j++) {
    for (ptrdiff_t k = 0; k < 4; k++) {
      REAL d = x[j] - others[k][j];
      sums[k] += (weighted ? a[j] : 1) * (d * d);
    }
  }
  memcpy(distances, sums, sizeof sums);
}

// Weighted squared distances of a row to four others at once, which reads the row once; two sums for each hide the latency
// of an addition.
FER_PART void NAME(fer_four_distances)(ptrdiff_t n, bool weighted, const REAL *a, const REAL *x,
                                       const REAL *const others[4], NAME(fer_quad) *distances) {
  const ptrdiff_t lanes = NAME(fer_lanes);
  if (n < lanes) return NAME(fer_four_short)(n, weighted, a, x, others, distances);
  NAME(fer_vector) sums[4] = {{0}}, more[4] = {{0}};
  ptrdiff_t j = 0;
  for (; j + 2 * lanes <= n; j += 2 * lanes) {
    NAME(fer_four_vectors)(NAME(fer_lanes), j + lanes, weighted, a, x, others, sums);
    NAME(fer_four_vectors)(NAME(fer_lanes), j + 2 * lanes, weighted, a, x, others, more);
  }
  if (j + lanes <= n) {
    NAME(fer_four_vectors)(NAME(fer_lanes), j + lanes, weighted, a, x, others, sums);
    j += lanes;
  }
  if (j < n) NAME(fer_four_vectors)(n - j, n, weighted, a, x, others, more);
  FER_UNROLLED_LOOP
  for (int k = 0; k < 4; k++) sums[k] += more[k];
  NAME(fer_lane_sums)(sums, distances);
}

// The same to all rows of a matrix; the last one fills up the last four, so that equal rows have equal distances.
FER_PART void NAME(fer_row_distances)(ptrdiff_t n, ptrdiff_t rows, bool weighted, const REAL *weights, const REAL *x,
                                      const REAL *matrix, REAL *distances) {
  for (ptrdiff_t k = 0; k < rows; k += 4) {
    const REAL *others[4];
    NAME(fer_quad) four;
    for (ptrdiff_t l = 0; l < 4; l++) others[l] = matrix + (k + l < rows ? k + l : rows - 1) * n;
    NAME(fer_four_distances)(n, weighted, weights, x, others, &four);
    memcpy(distances + k, &four, (size_t)(rows - k < 4 ? rows - k : 4) * sizeof *distances);
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

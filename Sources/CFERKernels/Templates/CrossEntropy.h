// Softmax cross-entropy with labels or soft targets, class weights and label smoothing.

// Numbers whose exponentials are taken at once.
#define FER_ENTROPY_BLOCK 512

// With labels alone, and no more classes than a block has numbers: rows of few classes are put together, because their
// exponentials would not fill a vector.
FER_PART double NAME(fer_plain_cross_entropy)(ptrdiff_t rows, ptrdiff_t classes, const REAL *logits,
                                              const ptrdiff_t *labels, const bool *included, double row_scale,
                                              double gradient_scale, REAL *gradient) {
  FER_ALIGNED REAL exponentials[FER_ENTROPY_BLOCK], peaks[FER_ENTROPY_BLOCK];
  REAL scale = (REAL)(row_scale * gradient_scale);
  ptrdiff_t height = FER_ENTROPY_BLOCK / classes;
  double value = 0;
  for (ptrdiff_t first = 0; first < rows; first += height) {
    ptrdiff_t count = rows - first < height ? rows - first : height;
    for (ptrdiff_t i = 0; i < count; i++) {
      const REAL *z = logits + (first + i) * classes;
      REAL *e = exponentials + i * classes, highest = z[0];
      for (ptrdiff_t k = 1; k < classes; k++) highest = z[k] > highest ? z[k] : highest;
      for (ptrdiff_t k = 0; k < classes; k++) e[k] = highest - z[k];
      peaks[i] = highest;
    }
    FER_CHAIN_LOOP
    for (ptrdiff_t j = 0; j < count * classes; j++) exponentials[j] = NAME(fer_exp_negative)(exponentials[j]);
    for (ptrdiff_t i = 0; i < count; i++) {
      if (included && !included[first + i]) continue;
      ptrdiff_t label = labels[first + i];
      const REAL *z = logits + (first + i) * classes, *e = exponentials + i * classes;
      REAL sum = 0;
      for (ptrdiff_t k = 0; k < classes; k++) sum += e[k];
      REAL logarithm = sizeof(REAL) == 4 ? logf((float)sum) : (REAL)log((double)sum);
      value += row_scale * (double)(logarithm + (peaks[i] - z[label]));
      if (!gradient) continue;
      REAL *g = gradient + (first + i) * classes, share = 1 / sum;
      for (ptrdiff_t k = 0; k < classes; k++) g[k] += scale * (e[k] * share - (REAL)(k == label));
    }
  }
  return value;
}

FER_KERNEL
double NAME(fer_cross_entropy)(ptrdiff_t rows, ptrdiff_t classes, const REAL *logits, const ptrdiff_t *labels,
                               const REAL *targets, const REAL *class_weights, const bool *included, double smoothing,
                               double row_scale, double gradient_scale, REAL *gradient, REAL *scratch) {
  if (!targets && !class_weights && smoothing == 0 && classes > 0 && classes <= FER_ENTROPY_BLOCK) {
    return NAME(fer_plain_cross_entropy)(rows, classes, logits, labels, included, row_scale, gradient_scale, gradient);
  }
  REAL *exponentials = scratch, *shares = scratch + classes;
  double value = 0;
  REAL even = (REAL)(smoothing / (double)classes), kept = (REAL)(1 - smoothing);
  for (ptrdiff_t i = 0; i < rows; i++) {
    if (included && !included[i]) continue;
    const REAL *z = logits + i * classes;
    REAL highest = z[0];
    for (ptrdiff_t k = 1; k < classes; k++) highest = z[k] > highest ? z[k] : highest;
    REAL sum = 0, mass = 0, loss = 0;
    for (ptrdiff_t k = 0; k < classes; k++) {
      exponentials[k] = NAME(fer_exp_negative)(highest - z[k]);
      sum += exponentials[k];
    }
    REAL logarithm = sizeof(REAL) == 4 ? logf((float)sum) : (REAL)log((double)sum);
    for (ptrdiff_t k = 0; k < classes; k++) {
      REAL target = targets ? targets[i * classes + k] : (REAL)(labels[i] == k);
      REAL share = (class_weights ? class_weights[k] : 1) * (kept * target + even);
      shares[k] = share;
      mass += share;
      if (share > 0) loss += share * (logarithm + (highest - z[k]));  // the difference may be infinite
    }
    value += row_scale * (double)loss;
    if (!gradient) continue;
    REAL scale = (REAL)(row_scale * gradient_scale);
    REAL *g = gradient + i * classes;
    for (ptrdiff_t k = 0; k < classes; k++) g[k] += scale * (mass * (exponentials[k] / sum) - shares[k]);
  }
  return value;
}

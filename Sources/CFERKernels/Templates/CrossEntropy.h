// Softmax cross-entropy with labels or soft targets, class weights and label smoothing.

FER_KERNEL
double NAME(fer_cross_entropy)(ptrdiff_t rows, ptrdiff_t classes, const REAL *logits, const ptrdiff_t *labels,
                               const REAL *targets, const REAL *class_weights, const bool *included, double smoothing,
                               double row_scale, double gradient_scale, REAL *gradient, REAL *scratch) {
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

// The distances of the rows of a batch to their own centers, and all gradients of their weighted sum, row by row.

// Compiled for each answer to whether there are inclusion weights, and to whether directions are measured, for which rows
// are scaled first.
FER_PART double NAME(fer_center_loss_rows)(const fer_center_loss *p, bool weighted, bool directed) {
  ptrdiff_t n = p->columns;
  const REAL *inverse = p->inverse_lengths;
  REAL *distances = p->distances, *direction = p->scratch;
  REAL h = (REAL)p->gradient_scale;
  double sum = 0;
  for (ptrdiff_t r = 0; r < p->rows; r++) {
    FER_SUM_LOOP
    ptrdiff_t i = p->indices[r];
    const REAL *x = (const REAL *)p->embeddings + i * n, *c = (const REAL *)p->centers + p->labels[i] * n;
    const REAL *a = weighted ? (const REAL *)p->inclusion + i * n : x;
    if (directed) {
      FER_INDEPENDENT_LOOP
      for (ptrdiff_t j = 0; j < n; j++) direction[j] = inverse[r] * x[j];
      x = direction;
    }
    REAL distance = 0, along = 0;
    for (ptrdiff_t j = 0; j < n; j++) {
      REAL d = x[j] - c[j];
      distance += FER_WEIGHT(j) * (d * d);
      if (directed) along += FER_WEIGHT(j) * (d * x[j]);
    }
    distances[r] = distance;
    sum += (double)distance;
    if (p->center_gradient) {
      REAL *g = (REAL *)p->center_gradient + p->labels[i] * n;
      FER_INDEPENDENT_LOOP
      for (ptrdiff_t j = 0; j < n; j++) g[j] -= 2 * h * FER_WEIGHT(j) * (x[j] - c[j]);
    }
    if (p->embedding_gradient) {
      REAL *g = (REAL *)p->embedding_gradient + i * n, scale = directed ? 2 * h * inverse[r] : 2 * h;
      FER_INDEPENDENT_LOOP
      for (ptrdiff_t j = 0; j < n; j++) {
        REAL slope = FER_WEIGHT(j) * (x[j] - c[j]);
        g[j] += scale * (directed ? slope - along * x[j] : slope);
      }
    }
    if (p->inclusion_gradient) {
      REAL *g = (REAL *)p->inclusion_gradient + i * n;
      FER_INDEPENDENT_LOOP
      for (ptrdiff_t j = 0; j < n; j++) g[j] += h * ((x[j] - c[j]) * (x[j] - c[j]));
    }
  }
  return sum;
}

FER_KERNEL
double NAME(fer_center_loss)(const fer_center_loss *p) {
  bool directed = p->inverse_lengths != NULL;
  if (p->inclusion) {
    return directed ? NAME(fer_center_loss_rows)(p, true, true) : NAME(fer_center_loss_rows)(p, true, false);
  }
  return directed ? NAME(fer_center_loss_rows)(p, false, true) : NAME(fer_center_loss_rows)(p, false, false);
}

// The distances of the rows of a batch to their own centers, and all gradients of their weighted sum, row by row.
FER_KERNEL
double NAME(fer_center_loss)(const fer_center_loss *p) {
  ptrdiff_t n = p->columns;
  const REAL *inverse = p->inverse_lengths;
  REAL *distances = p->distances, *direction = p->scratch, *ones = direction + n;
  REAL h = (REAL)p->gradient_scale;
  double sum = 0;
  for (ptrdiff_t j = 0; j < n; j++) ones[j] = 1;
  for (ptrdiff_t r = 0; r < p->rows; r++) {
    FER_SUM_LOOP
    ptrdiff_t i = p->indices[r];
    const REAL *x = (const REAL *)p->embeddings + i * n, *c = (const REAL *)p->centers + p->labels[i] * n;
    const REAL *a = p->inclusion ? (const REAL *)p->inclusion + i * n : ones;
    if (inverse) {
      FER_INDEPENDENT_LOOP
      for (ptrdiff_t j = 0; j < n; j++) direction[j] = inverse[r] * x[j];
      x = direction;
    }
    REAL distance = 0, along = 0;
    for (ptrdiff_t j = 0; j < n; j++) {
      REAL d = x[j] - c[j];
      distance += a[j] * (d * d);
      along += a[j] * (d * x[j]);
    }
    distances[r] = distance;
    sum += (double)distance;
    if (p->center_gradient) {
      REAL *g = (REAL *)p->center_gradient + p->labels[i] * n;
      FER_INDEPENDENT_LOOP
      for (ptrdiff_t j = 0; j < n; j++) g[j] -= 2 * h * a[j] * (x[j] - c[j]);
    }
    if (p->embedding_gradient) {
      REAL *g = (REAL *)p->embedding_gradient + i * n;
      if (inverse) {
        REAL scale = 2 * h * inverse[r];
        FER_INDEPENDENT_LOOP
        for (ptrdiff_t j = 0; j < n; j++) g[j] += scale * (a[j] * (x[j] - c[j]) - along * x[j]);
      } else {
        FER_INDEPENDENT_LOOP
        for (ptrdiff_t j = 0; j < n; j++) g[j] += 2 * h * a[j] * (x[j] - c[j]);
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

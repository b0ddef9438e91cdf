// Rows less their means, of length 1; products of such rows are Pearson's correlations.

FER_KERNEL
void NAME(fer_standardize_rows)(ptrdiff_t rows, ptrdiff_t columns, REAL rounding, const REAL *x, REAL *units,
                                REAL *inverses) {
  for (ptrdiff_t i = 0; i < rows; i++) {
    FER_SUM_LOOP
    const REAL *row = x + i * columns;
    REAL *unit = units + i * columns;
    double sum = 0, square = 0, whole = 0;
    for (ptrdiff_t j = 0; j < columns; j++) sum += (double)row[j];
    REAL mean = (REAL)(sum / (double)columns);
    for (ptrdiff_t j = 0; j < columns; j++) {
      REAL difference = row[j] - mean;
      unit[j] = difference;
      square += (double)difference * (double)difference;
      whole += (double)row[j] * (double)row[j];
    }
    double length = sqrt(square);
    REAL inverse = length > (double)rounding * sqrt(whole) ? (REAL)(1 / length) : 0;
    inverses[i] = inverse;
    for (ptrdiff_t j = 0; j < columns; j++) unit[j] *= inverse;
  }
}

FER_KERNEL
void NAME(fer_standardize_gradient)(ptrdiff_t columns, REAL inverse, const REAL *unit, const REAL *unit_gradient,
                                    REAL *gradient) {
  FER_SUM_LOOP
  double sum = 0, product = 0;
  for (ptrdiff_t j = 0; j < columns; j++) {
    sum += (double)unit_gradient[j];
    product += (double)unit_gradient[j] * (double)unit[j];
  }
  REAL mean = (REAL)(sum / (double)columns), along = (REAL)product;
  for (ptrdiff_t j = 0; j < columns; j++) gradient[j] += inverse * (unit_gradient[j] - mean - along * unit[j]);
}

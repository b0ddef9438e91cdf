FER_KERNEL
ptrdiff_t NAME(fer_first_nonfinite)(ptrdiff_t count, const REAL *x) {
  for (ptrdiff_t start = 0; start < count; start += 256) {
    ptrdiff_t end = count - start < 256 ? count : start + 256;
    BITS found = 0;
    for (ptrdiff_t j = start; j < end; j++) {
      BITS bits;
      memcpy(&bits, &x[j], sizeof bits);
      found |= (bits & EXPONENT_MASK) == EXPONENT_MASK;
    }
    if (!found) continue;
    for (ptrdiff_t j = start; j < end; j++) {
      BITS bits;
      memcpy(&bits, &x[j], sizeof bits);
      if ((bits & EXPONENT_MASK) == EXPONENT_MASK) return j;
    }
  }
  return -1;
}

FER_KERNEL
void NAME(fer_row_sums)(ptrdiff_t rows, ptrdiff_t columns, const REAL *matrix, REAL *sums) {
  for (ptrdiff_t i = 0; i < rows; i++) {
    FER_SUM_LOOP
    const REAL *row = matrix + i * columns;
    REAL sum = 0;
    for (ptrdiff_t j = 0; j < columns; j++) sum += row[j];
    sums[i] = sum;
  }
}

FER_KERNEL
void NAME(fer_add_scaled)(ptrdiff_t count, REAL a, const REAL *x, REAL *y) {
  FER_INDEPENDENT_LOOP
  for (ptrdiff_t j = 0; j < count; j++) y[j] += a * x[j];
}

FER_KERNEL
void NAME(fer_add_constant)(ptrdiff_t count, REAL a, REAL *y) {
  FER_INDEPENDENT_LOOP
  for (ptrdiff_t j = 0; j < count; j++) y[j] += a;
}

FER_KERNEL
void NAME(fer_fill)(ptrdiff_t count, REAL a, REAL *y) {
  FER_INDEPENDENT_LOOP
  for (ptrdiff_t j = 0; j < count; j++) y[j] = a;
}

FER_KERNEL
double NAME(fer_total)(ptrdiff_t count, const REAL *x) {
  FER_SUM_LOOP
  double sum = 0;
  for (ptrdiff_t j = 0; j < count; j++) sum += (double)x[j];
  return sum;
}

FER_KERNEL
double NAME(fer_scalar_product)(ptrdiff_t count, const REAL *x, const REAL *y) {
  FER_SUM_LOOP
  double sum = 0;
  for (ptrdiff_t j = 0; j < count; j++) sum += (double)x[j] * (double)y[j];
  return sum;
}

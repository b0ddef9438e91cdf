// Sums over coordinates for all pairs of rows of two matrices, and the gradients of such sums. Nothing is expanded:
// a difference is formed before it is squared, so that near rows keep their distance.
#include "../include/FERPairLoops.h"

// Coordinates of a few rows that stay in registers while the rows of the other side pass by.
#define FER_PAIR_VECTORS 2
#define FER_PAIR_LANES ((ptrdiff_t)(FER_PAIR_VECTORS * FER_VECTOR_BYTES / sizeof(REAL)))
// Rows that do so at once, for terms that need few registers.
#define FER_PAIR_HEIGHT (FER_MANY_REGISTERS ? 4 : 3)
// The same where coordinates of these rows are not read at all.
#define FER_PRODUCT_HEIGHT 4
// Rows of the other side that stay in the first cache meanwhile.
#define FER_PAIR_STRIP 128
// Coordinates of a single row that stay in registers while listed rows pass by.
#define FER_LISTED_LANES ((ptrdiff_t)((FER_VECTOR_BYTES > 32 ? 512 : 128) / sizeof(REAL)))
// Rows of the other side that are listed at once.
#define FER_PAIR_LIST 256

// Its derivative by x, up to the factor that the header names.
FER_PART REAL NAME(fer_pair_slope)(fer_pair_form form, REAL p, REAL x, REAL y) {
  REAL d = x - y;
  REAL magnitude = d < 0 ? -d : d;
  REAL sign = (REAL)(d > 0) - (REAL)(d < 0);
  switch (form) {
    case FER_PAIR_SQUARE: return d;
    case FER_PAIR_MAGNITUDE: return sign;
    case FER_PAIR_POWER: return magnitude > 0 ? sign * NAME(fer_pair_power)(magnitude, p - 1) : 0;
    case FER_PAIR_PRODUCT: return y;
    case FER_PAIR_RATIO: {
      REAL q = d / (x + y + p);
      return q * (2 - q);
    }
    case FER_PAIR_SIZE_RATIO: {
      REAL q = d / NAME(fer_pair_size)(x, y, p);
      return q * (2 - ((REAL)(x > 0) - (REAL)(x < 0)) * q);
    }
  }
  return 0;
}

// Where rows end within a block, the last one fills it: every pair is summed in the same order, wherever it stands, so
// that equal rows have equal sums.
FER_PART void NAME(fer_pair_rows)(ptrdiff_t rows, ptrdiff_t n, const REAL *x, ptrdiff_t first, const REAL **block) {
  for (ptrdiff_t i = 0; i < FER_PAIR_SIDE; i++) block[i] = x + (first + i < rows ? first + i : rows - 1) * n;
}

// Writes the part of a block that lies within `height` rows and `width` columns.
FER_PART void NAME(fer_put_block)(ptrdiff_t height, ptrdiff_t width, const NAME(fer_quad) *block, REAL *sums,
                                  ptrdiff_t stride) {
  if (height >= FER_PAIR_SIDE && width >= FER_PAIR_SIDE) {
    FER_UNROLLED_LOOP
    for (ptrdiff_t r = 0; r < FER_PAIR_SIDE; r++) memcpy(sums + r * stride, &block[r], sizeof *block);
    return;
  }
  if (width > FER_PAIR_SIDE) width = FER_PAIR_SIDE;
  for (ptrdiff_t r = 0; r < height && r < FER_PAIR_SIDE; r++) {
    memcpy(sums + r * stride, &block[r], (size_t)width * sizeof *sums);
  }
}

// The sums in some columns, tile by tile. Tiles do not write where others do.
FER_PART void NAME(fer_pair_sums_of)(fer_pair_form form, bool is_short, REAL p, ptrdiff_t rows, ptrdiff_t others,
                                     ptrdiff_t n, const REAL *x, const REAL *y, bool symmetric, ptrdiff_t first,
                                     ptrdiff_t last, REAL *sums) {
  const REAL *own[FER_PAIR_SIDE], *other[FER_PAIR_SIDE];
  NAME(fer_quad) block[FER_PAIR_SIDE];
  for (ptrdiff_t tile = first; tile < last; tile += FER_PAIR_TILE) {
    ptrdiff_t end = last - tile < FER_PAIR_TILE ? last : tile + FER_PAIR_TILE;
    ptrdiff_t height = symmetric && end < rows ? end : rows;
    for (ptrdiff_t i = 0; i < height; i += FER_PAIR_SIDE) {
      NAME(fer_pair_rows)(rows, n, x, i, own);
      for (ptrdiff_t j = tile; j < end; j += FER_PAIR_SIDE) {
        if (symmetric && j < i) continue;
        NAME(fer_pair_rows)(others, n, y, j, other);
        NAME(fer_pair_block)(form, is_short, p, n, own, other, block);
        NAME(fer_put_block)(rows - i, others - j, block, sums + i * others + j, others);
        if (!symmetric || i == j) continue;
        NAME(fer_turn_quads)(block);
        NAME(fer_put_block)(others - j, rows - i, block, sums + j * others + i, others);
      }
    }
  }
}

FER_KERNEL
void NAME(fer_pair_sums)(fer_pair_form form, REAL p, ptrdiff_t rows, ptrdiff_t others, ptrdiff_t columns, const REAL *x,
                         const REAL *y, bool symmetric, ptrdiff_t first, ptrdiff_t last, REAL *sums) {
#define FER_SUMS(FORM)                                                                                               \
  case FORM:                                                                                                         \
    if (NAME(fer_is_short)(FORM, columns)) {                                                                         \
      return NAME(fer_pair_sums_of)(FORM, true, p, rows, others, columns, x, y, symmetric, first, last, sums);       \
    }                                                                                                                \
    return NAME(fer_pair_sums_of)(FORM, false, p, rows, others, columns, x, y, symmetric, first, last, sums);
  switch (form) { FER_EACH_FORM(FER_SUMS) }
#undef FER_SUMS
}

// Rows and columns of a matrix that are turned at once: the numbers of a cache line.
#define FER_TURNED (64 / (ptrdiff_t)sizeof(REAL))

// A tile of a matrix, as one of another. It is put together apart, so that whole cache lines are written.
FER_PART void NAME(fer_turn_tile)(const REAL *x, ptrdiff_t stride, REAL *y, ptrdiff_t other_stride) {
  FER_ALIGNED REAL tile[FER_TURNED * FER_TURNED];
  for (ptrdiff_t i = 0; i < FER_TURNED; i += 4) {
    FER_UNROLLED_LOOP
    for (ptrdiff_t j = 0; j < FER_TURNED; j += 4) {
      NAME(fer_quad) block[4];
      FER_UNROLLED_LOOP
      for (int r = 0; r < 4; r++) memcpy(&block[r], x + (i + r) * stride + j, sizeof *block);
      NAME(fer_turn_quads)(block);
      FER_UNROLLED_LOOP
      for (int r = 0; r < 4; r++) memcpy(tile + (j + r) * FER_TURNED + i, &block[r], sizeof *block);
    }
  }
  for (ptrdiff_t j = 0; j < FER_TURNED; j++) {
    memcpy(y + j * other_stride, tile + j * FER_TURNED, (size_t)FER_TURNED * sizeof *y);
  }
}

FER_PART void NAME(fer_turn)(ptrdiff_t rows, ptrdiff_t columns, const REAL *x, ptrdiff_t stride, REAL *y,
                             ptrdiff_t other_stride) {
  ptrdiff_t height = rows / FER_TURNED * FER_TURNED, width = columns / FER_TURNED * FER_TURNED;
  for (ptrdiff_t i = 0; i < height; i += FER_TURNED) {
    for (ptrdiff_t j = 0; j < width; j += FER_TURNED) {
      NAME(fer_turn_tile)(x + i * stride + j, stride, y + j * other_stride + i, other_stride);
    }
  }
  for (ptrdiff_t i = 0; i < rows; i++) {
    for (ptrdiff_t j = i < height ? width : 0; j < columns; j++) y[j * other_stride + i] = x[i * stride + j];
  }
}

FER_KERNEL
void NAME(fer_transpose)(ptrdiff_t rows, ptrdiff_t columns, const REAL *x, REAL *y) {
  NAME(fer_turn)(rows, columns, x, columns, y, rows);
}

FER_KERNEL
void NAME(fer_pair_mirror)(ptrdiff_t n, ptrdiff_t first, ptrdiff_t count, const REAL *part, REAL *sums) {
  for (ptrdiff_t i = 0; i < first; i++) {
    memcpy(sums + i * n + first, part + i * count, (size_t)count * sizeof *sums);
  }
  NAME(fer_turn)(first, count, part, count, sums + first * n, n);
  for (ptrdiff_t i = 0; i < count; i++) {
    for (ptrdiff_t j = i; j < count; j++) {
      REAL sum = part[(first + i) * count + j];
      sums[(first + i) * n + first + j] = sum;
      sums[(first + j) * n + first + i] = sum;
    }
  }
}

// Writes a block to the places of listed rows and others and, if mirrored, of others and rows.
FER_PART void NAME(fer_spread_block)(ptrdiff_t height, ptrdiff_t width, const NAME(fer_quad) *block,
                                     const int32_t *rows, const int32_t *others, bool mirrored, ptrdiff_t stride,
                                     REAL *sums) {
  REAL numbers[FER_PAIR_SIDE][FER_PAIR_SIDE];
  memcpy(numbers, block, sizeof numbers);
  for (ptrdiff_t r = 0; r < height; r++) {
    for (ptrdiff_t k = 0; k < width; k++) {
      sums[rows[r] * stride + others[k]] = numbers[r][k];
      if (mirrored) sums[others[k] * stride + rows[r]] = numbers[r][k];
    }
  }
}

FER_PART void NAME(fer_pair_block_sums_of)(fer_pair_form form, bool is_short, REAL p, ptrdiff_t n, const REAL *x,
                                           const REAL *y, ptrdiff_t rows, const int32_t *row_list, ptrdiff_t others,
                                           const int32_t *other_list, bool mirrored, ptrdiff_t stride, REAL *sums) {
  const REAL *own[FER_PAIR_SIDE], *other[FER_PAIR_SIDE];
  NAME(fer_quad) block[FER_PAIR_SIDE];
  for (ptrdiff_t tile = 0; tile < others; tile += FER_PAIR_TILE) {
    ptrdiff_t end = others - tile < FER_PAIR_TILE ? others : tile + FER_PAIR_TILE;
    for (ptrdiff_t i = 0; i < rows; i += FER_PAIR_SIDE) {
      for (ptrdiff_t r = 0; r < FER_PAIR_SIDE; r++) own[r] = x + row_list[i + r < rows ? i + r : rows - 1] * n;
      for (ptrdiff_t j = tile; j < end; j += FER_PAIR_SIDE) {
        for (ptrdiff_t r = 0; r < FER_PAIR_SIDE; r++) other[r] = y + other_list[j + r < end ? j + r : end - 1] * n;
        NAME(fer_pair_block)(form, is_short, p, n, own, other, block);
        ptrdiff_t height = rows - i, width = end - j;
        if (height >= FER_PAIR_SIDE && width >= FER_PAIR_SIDE) {
          NAME(fer_spread_block)
          (FER_PAIR_SIDE, FER_PAIR_SIDE, block, row_list + i, other_list + j, mirrored, stride, sums);
        } else {
          height = height < FER_PAIR_SIDE ? height : FER_PAIR_SIDE;
          width = width < FER_PAIR_SIDE ? width : FER_PAIR_SIDE;
          NAME(fer_spread_block)(height, width, block, row_list + i, other_list + j, mirrored, stride, sums);
        }
      }
    }
  }
}

FER_KERNEL
void NAME(fer_pair_block_sums)(fer_pair_form form, REAL p, ptrdiff_t columns, const REAL *x, const REAL *y,
                               ptrdiff_t rows, const int32_t *row_list, ptrdiff_t others, const int32_t *other_list,
                               bool mirrored, ptrdiff_t stride, REAL *sums) {
#define FER_BLOCK(FORM)                                                                                              \
  case FORM:                                                                                                         \
    if (NAME(fer_is_short)(FORM, columns)) {                                                                         \
      return NAME(fer_pair_block_sums_of)(FORM, true, p, columns, x, y, rows, row_list, others, other_list,          \
                                          mirrored, stride, sums);                                                   \
    }                                                                                                                \
    return NAME(fer_pair_block_sums_of)(FORM, false, p, columns, x, y, rows, row_list, others, other_list, mirrored, \
                                        stride, sums);
  switch (form) { FER_EACH_FORM(FER_BLOCK) }
#undef FER_BLOCK
}

// Adds to coordinates of `height` rows the weighted sum of their differences from a strip of the other side, or of the
// strip itself, as below, in vectors: left to themselves, compilers may put rows side by side.
FER_PART void NAME(fer_vector_strip)(bool differences, int height, ptrdiff_t count, const REAL *x, ptrdiff_t stride,
                                     const REAL *strip, const REAL *coefficients, ptrdiff_t down, ptrdiff_t along,
                                     REAL *gradient, ptrdiff_t gradient_stride) {
  NAME(fer_vector) own[FER_PRODUCT_HEIGHT][FER_PAIR_VECTORS], sums[FER_PRODUCT_HEIGHT][FER_PAIR_VECTORS] = {{{0}}};
  NAME(fer_vector) y[FER_PAIR_VECTORS], sum;
  FER_UNROLLED_LOOP
  for (int r = 0; r < height; r++) {
    if (differences) memcpy(own[r], x + r * stride, sizeof own[r]);
  }
  for (ptrdiff_t j = 0; j < count; j++) {
    memcpy(y, strip + j * FER_PAIR_LANES, sizeof y);
    FER_UNROLLED_LOOP
    for (int r = 0; r < height; r++) {
      REAL c = coefficients[r * down + j * along];
      FER_UNROLLED_LOOP
      for (int v = 0; v < FER_PAIR_VECTORS; v++) sums[r][v] += c * (differences ? own[r][v] - y[v] : y[v]);
    }
  }
  FER_UNROLLED_LOOP
  for (int r = 0; r < height; r++) {
    FER_UNROLLED_LOOP
    for (int v = 0; v < FER_PAIR_VECTORS; v++) {
      REAL *place = gradient + r * gradient_stride + v * NAME(fer_lanes);
      memcpy(&sum, place, sizeof sum);
      sum += sums[r][v];
      memcpy(place, &sum, sizeof sum);
    }
  }
}

// Adds to `width` coordinates of `height` rows their slopes against a strip of the other side, which lies together. Row
// r has the coefficient coefficients[r * down + j * along] with row j of the strip.
FER_PART void NAME(fer_pair_strip)(fer_pair_form form, REAL p, ptrdiff_t height, ptrdiff_t width, ptrdiff_t count,
                                   const REAL *x, ptrdiff_t stride, const REAL *strip, const REAL *coefficients,
                                   ptrdiff_t down, ptrdiff_t along, REAL *gradient, ptrdiff_t gradient_stride) {
  if (width == FER_PAIR_LANES && (form == FER_PAIR_SQUARE || form == FER_PAIR_PRODUCT)) {
    NAME(fer_vector_strip)
    (form == FER_PAIR_SQUARE, (int)height, count, x, stride, strip, coefficients, down, along, gradient,
     gradient_stride);
    return;
  }
  FER_ALIGNED REAL own[FER_PRODUCT_HEIGHT][FER_PAIR_LANES], sums[FER_PRODUCT_HEIGHT][FER_PAIR_LANES];
  for (ptrdiff_t r = 0; r < height; r++) {
    for (ptrdiff_t l = 0; l < width; l++) {
      own[r][l] = form == FER_PAIR_PRODUCT ? 0 : x[r * stride + l];
      sums[r][l] = 0;
    }
  }
  for (ptrdiff_t j = 0; j < count; j++) {
    const REAL *y = strip + j * FER_PAIR_LANES;
    for (ptrdiff_t r = 0; r < height; r++) {
      REAL c = coefficients[r * down + j * along];
      for (ptrdiff_t l = 0; l < width; l++) sums[r][l] += c * NAME(fer_pair_slope)(form, p, own[r][l], y[l]);
    }
  }
  for (ptrdiff_t r = 0; r < height; r++) {
    for (ptrdiff_t l = 0; l < width; l++) gradient[r * gradient_stride + l] += sums[r][l];
  }
}

FER_PART void NAME(fer_pair_slopes_of)(fer_pair_form form, REAL p, ptrdiff_t rows, ptrdiff_t others, ptrdiff_t n,
                                       const REAL *x, const REAL *y, const REAL *coefficients, REAL *gradient) {
  ptrdiff_t height = form == FER_PAIR_PRODUCT                                    ? FER_PRODUCT_HEIGHT
                     : form == FER_PAIR_SQUARE || form == FER_PAIR_MAGNITUDE ? FER_PAIR_HEIGHT
                                                                                 : 1;
  FER_ALIGNED REAL strip[FER_PAIR_STRIP * FER_PAIR_LANES];
  for (ptrdiff_t start = 0; start < n; start += FER_PAIR_LANES) {
    ptrdiff_t width = n - start < FER_PAIR_LANES ? n - start : FER_PAIR_LANES;
    for (ptrdiff_t first = 0; first < others; first += FER_PAIR_STRIP) {
      ptrdiff_t count = others - first < FER_PAIR_STRIP ? others - first : FER_PAIR_STRIP, i = 0;
      for (ptrdiff_t j = 0; j < count; j++) {
        memcpy(strip + j * FER_PAIR_LANES, y + (first + j) * n + start, (size_t)width * sizeof *strip);
      }
#define FER_STRIP(HEIGHT, WIDTH)                                                                                     \
  NAME(fer_pair_strip)                                                                                               \
  (form, p, HEIGHT, WIDTH, count, x + i * n + start, n, strip, coefficients + i * others + first, others, 1,         \
   gradient + i * n + start, n)
      if (width == FER_PAIR_LANES) {
        for (; i + height <= rows; i += height) FER_STRIP(height, FER_PAIR_LANES);
        for (; i < rows; i++) FER_STRIP(1, FER_PAIR_LANES);
      } else {
        for (; i < rows; i++) FER_STRIP(1, width);
      }
#undef FER_STRIP
    }
  }
}

// `width` coordinates of one row against listed others.
FER_PART void NAME(fer_pair_listed)(fer_pair_form form, REAL p, ptrdiff_t width, ptrdiff_t n, ptrdiff_t count,
                                    const REAL *x, const REAL *y, const int32_t *places, const REAL *coefficients,
                                    REAL *gradient) {
  FER_ALIGNED REAL own[FER_LISTED_LANES], sums[FER_LISTED_LANES];
  for (ptrdiff_t l = 0; l < width; l++) {
    own[l] = x[l];
    sums[l] = 0;
  }
  for (ptrdiff_t k = 0; k < count; k++) {
    const REAL *other = y + places[k] * n;
    REAL c = coefficients[k];
    for (ptrdiff_t l = 0; l < width; l++) sums[l] += c * NAME(fer_pair_slope)(form, p, own[l], other[l]);
  }
  for (ptrdiff_t l = 0; l < width; l++) gradient[l] += sums[l];
}

FER_PART void NAME(fer_pair_listed_row)(fer_pair_form form, REAL p, ptrdiff_t n, ptrdiff_t count, const REAL *x,
                                        const REAL *y, const int32_t *places, const REAL *coefficients,
                                        REAL *gradient) {
  if (count == 0) return;
  ptrdiff_t start = 0;
  for (; start + FER_LISTED_LANES <= n; start += FER_LISTED_LANES) {
    NAME(fer_pair_listed)
    (form, p, FER_LISTED_LANES, n, count, x + start, y + start, places, coefficients, gradient + start);
  }
  if (start == n) return;
  NAME(fer_pair_listed)(form, p, n - start, n, count, x + start, y + start, places, coefficients, gradient + start);
}

// Each row against the others whose coefficient is not 0.
FER_PART void NAME(fer_pair_sparse_slopes)(fer_pair_form form, REAL p, ptrdiff_t rows, ptrdiff_t others, ptrdiff_t n,
                                           const REAL *x, const REAL *y, const REAL *coefficients, REAL *gradient) {
  int32_t places[FER_PAIR_LIST];
  REAL values[FER_PAIR_LIST];
  for (ptrdiff_t i = 0; i < rows; i++) {
    for (ptrdiff_t first = 0; first < others; first += FER_PAIR_LIST) {
      ptrdiff_t end = others - first < FER_PAIR_LIST ? others - first : FER_PAIR_LIST, count = 0;
      const REAL *c = coefficients + i * others + first, *strip = y + first * n;
      for (ptrdiff_t j = 0; j < end; j++) {
        places[count] = (int32_t)j;
        values[count] = c[j];
        count += c[j] != 0;
      }
      NAME(fer_pair_listed_row)(form, p, n, count, x + i * n, strip, places, values, gradient + i * n);
    }
  }
}

FER_KERNEL
bool NAME(fer_pair_mostly)(ptrdiff_t rows, ptrdiff_t others, const REAL *coefficients) {
  ptrdiff_t found = 0;
  for (ptrdiff_t i = 0; i < rows; i++) {
    int32_t row = 0;
    for (ptrdiff_t j = 0; j < others; j++) row += coefficients[i * others + j] != 0;
    found += row;
  }
  return 2 * found > rows * others;
}

// Whichever way is faster for the share of coefficients that are not 0.
FER_PART void NAME(fer_pair_any_slopes)(fer_pair_form form, REAL p, ptrdiff_t rows, ptrdiff_t others, ptrdiff_t n,
                                        const REAL *x, const REAL *y, const REAL *coefficients, bool mostly,
                                        REAL *gradient) {
  if (mostly) {
    NAME(fer_pair_slopes_of)(form, p, rows, others, n, x, y, coefficients, gradient);
  } else {
    NAME(fer_pair_sparse_slopes)(form, p, rows, others, n, x, y, coefficients, gradient);
  }
}

FER_KERNEL
void NAME(fer_pair_slopes)(fer_pair_form form, REAL p, ptrdiff_t rows, ptrdiff_t others, ptrdiff_t columns,
                           const REAL *x, const REAL *y, const REAL *coefficients, bool mostly, REAL *gradient) {
#define FER_SLOPES(FORM) \
  case FORM: \
    return NAME(fer_pair_any_slopes)(FORM, p, rows, others, columns, x, y, coefficients, mostly, gradient);
  switch (form) { FER_EACH_FORM(FER_SLOPES) }
#undef FER_SLOPES
}

FER_PART void NAME(fer_pair_listed_rows)(fer_pair_form form, REAL p, ptrdiff_t rows, ptrdiff_t n, const REAL *x,
                                         const REAL *y, const int32_t *starts, const int32_t *places,
                                         const REAL *coefficients, REAL *gradient) {
  for (ptrdiff_t i = 0; i < rows; i++) {
    ptrdiff_t first = starts[i], count = starts[i + 1] - first;
    NAME(fer_pair_listed_row)
    (form, p, n, count, x + i * n, y, places + first, coefficients + first, gradient + i * n);
  }
}

FER_KERNEL
void NAME(fer_pair_listed_slopes)(fer_pair_form form, REAL p, ptrdiff_t rows, ptrdiff_t columns, const REAL *x,
                                  const REAL *y, const int32_t *starts, const int32_t *places,
                                  const REAL *coefficients, REAL *gradient) {
#define FER_LISTED(FORM) \
  case FORM: \
    return NAME(fer_pair_listed_rows)(FORM, p, rows, columns, x, y, starts, places, coefficients, gradient);
  switch (form) { FER_EACH_FORM(FER_LISTED) }
#undef FER_LISTED
}

// d^exponent, the part of a distance's derivative that does not depend on the coordinate; 0 where d is.
FER_PART REAL NAME(fer_pair_outer)(REAL exponent, REAL d) {
  if (exponent == 0) return 1;
  if (exponent == -1) return d > 0 ? 1 / d : 0;
  REAL power = d > 0 ? NAME(fer_pair_power)(d, exponent) : 0;
  return isfinite(power) ? power : 0;
}

// c[i][j] = factor * h[j][i], to which g[i][j] is added before if there is one; g and h have rows of `stride` numbers. Four
// rows of h are turned at once, so that it is read along its rows.
FER_PART void NAME(fer_turned_coefficients)(ptrdiff_t rows, ptrdiff_t others, ptrdiff_t stride, REAL factor,
                                            const REAL *g, const REAL *h, REAL *c) {
  NAME(fer_quad) q[4], own;
  ptrdiff_t i = 0;
  for (; i + 4 <= rows; i += 4) {
    ptrdiff_t j = 0;
    for (; j + 4 <= others; j += 4) {
      FER_UNROLLED_LOOP
      for (int r = 0; r < 4; r++) memcpy(&q[r], h + (j + r) * stride + i, sizeof *q);
      NAME(fer_turn_quads)(q);
      FER_UNROLLED_LOOP
      for (int r = 0; r < 4; r++) {
        if (g) {
          memcpy(&own, g + (i + r) * stride + j, sizeof own);
          q[r] += own;
        }
        q[r] *= factor;
        memcpy(c + (i + r) * others + j, &q[r], sizeof *q);
      }
    }
    for (ptrdiff_t r = i; r < i + 4; r++) {
      for (ptrdiff_t k = j; k < others; k++) {
        c[r * others + k] = factor * ((g ? g[r * stride + k] : 0) + h[k * stride + r]);
      }
    }
  }
  for (; i < rows; i++) {
    for (ptrdiff_t j = 0; j < others; j++) {
      c[i * others + j] = factor * ((g ? g[i * stride + j] : 0) + h[j * stride + i]);
    }
  }
}

FER_KERNEL
void NAME(fer_pair_coefficients)(ptrdiff_t first, ptrdiff_t rows, ptrdiff_t others, ptrdiff_t stride, REAL factor,
                                 REAL exponent, const REAL *distances, const REAL *gradient, bool along, bool across,
                                 REAL *coefficients) {
  const REAL *g = gradient + first * stride, *h = gradient + first;
  if (across) {
    NAME(fer_turned_coefficients)(rows, others, stride, factor, along ? g : NULL, h, coefficients);
  } else {
    for (ptrdiff_t i = 0; i < rows; i++) {
      for (ptrdiff_t j = 0; j < others; j++) coefficients[i * others + j] = factor * g[i * stride + j];
    }
  }
  if (exponent == 0) return;
  for (ptrdiff_t i = 0; i < rows; i++) {
    REAL *c = coefficients + i * others;
    const REAL *d = distances + (along ? (first + i) * stride : first + i);
    if (exponent == -1 && along) {
      FER_INDEPENDENT_LOOP
      for (ptrdiff_t j = 0; j < others; j++) c[j] *= NAME(fer_pair_outer)(-1, d[j]);
    } else {
      for (ptrdiff_t j = 0; j < others; j++) c[j] *= NAME(fer_pair_outer)(exponent, d[along ? j : j * stride]);
    }
  }
}

FER_KERNEL
void NAME(fer_root)(ptrdiff_t count, REAL exponent, REAL *x) {
  if (exponent == (REAL)0.5) {
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t j = 0; j < count; j++) x[j] = __builtin_elementwise_sqrt(x[j]);
  } else {
    for (ptrdiff_t j = 0; j < count; j++) x[j] = NAME(fer_pair_power)(x[j], exponent);
  }
}

FER_PART REAL NAME(fer_row_norm)(REAL p, ptrdiff_t n, const REAL *x) {
  FER_SUM_LOOP
  REAL sum = 0;
  if (p == 2) {
    for (ptrdiff_t k = 0; k < n; k++) sum += x[k] * x[k];
    return __builtin_elementwise_sqrt(sum);
  }
  if (p == 1) {
    for (ptrdiff_t k = 0; k < n; k++) sum += x[k] < 0 ? -x[k] : x[k];
    return sum;
  }
  for (ptrdiff_t k = 0; k < n; k++) sum += NAME(fer_pair_power)(x[k] < 0 ? -x[k] : x[k], p);
  return NAME(fer_pair_power)(sum, 1 / p);
}

FER_KERNEL
void NAME(fer_normalize_rows)(REAL p, ptrdiff_t rows, ptrdiff_t columns, const REAL *x, REAL *units, REAL *norms) {
  const REAL least = (REAL)1e-12;
  for (ptrdiff_t i = 0; i < rows; i++) {
    const REAL *row = x + i * columns;
    REAL *unit = units + i * columns;
    REAL norm = NAME(fer_row_norm)(p, columns, row);
    norms[i] = norm > least ? norm : 0;
    REAL divisor = norm > least ? norm : least;
    // Divided and not multiplied by an inverse: a single coordinate becomes exactly 1 or -1.
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t k = 0; k < columns; k++) unit[k] = row[k] / divisor;
  }
}

FER_KERNEL
void NAME(fer_normalize_gradient)(REAL p, ptrdiff_t rows, ptrdiff_t columns, const REAL *units, const REAL *norms,
                                  const REAL *unit_gradient, bool writes, REAL *gradient) {
  for (ptrdiff_t i = 0; i < rows; i++) {
    FER_SUM_LOOP
    const REAL *u = units + i * columns, *du = unit_gradient + i * columns;
    REAL *g = gradient + i * columns;
    if (writes && (norms[i] == 0 || p != 2)) memset(g, 0, (size_t)columns * sizeof *g);
    if (norms[i] == 0) continue;
    REAL inverse = 1 / norms[i], radial = 0;
    for (ptrdiff_t k = 0; k < columns; k++) radial += u[k] * du[k];
    if (p == 2 && writes) {
      FER_INDEPENDENT_LOOP
      for (ptrdiff_t k = 0; k < columns; k++) g[k] = inverse * (du[k] - u[k] * radial);
    } else if (p == 2) {
      FER_INDEPENDENT_LOOP
      for (ptrdiff_t k = 0; k < columns; k++) g[k] += inverse * (du[k] - u[k] * radial);
    } else {
      for (ptrdiff_t k = 0; k < columns; k++) {
        REAL magnitude = u[k] < 0 ? -u[k] : u[k];
        REAL slope = p == 1 ? (REAL)(u[k] > 0) - (REAL)(u[k] < 0)
                            : magnitude > 0 ? NAME(fer_pair_power)(magnitude, p - 1) * (u[k] < 0 ? -1 : 1) : 0;
        g[k] += inverse * (du[k] - slope * radial);
      }
    }
  }
}

FER_KERNEL
void NAME(fer_center_rows)(ptrdiff_t rows, ptrdiff_t columns, const REAL *x, REAL *centered, REAL *squares) {
  for (ptrdiff_t i = 0; i < rows; i++) {
    FER_SUM_LOOP
    const REAL *row = x + i * columns;
    REAL *out = centered + i * columns;
    REAL sum = 0, square = 0;
    for (ptrdiff_t k = 0; k < columns; k++) sum += row[k];
    REAL mean = sum / (REAL)columns;
    for (ptrdiff_t k = 0; k < columns; k++) {
      REAL d = row[k] - mean;
      out[k] = d;
      square += d * d;
    }
    squares[i] = square;
  }
}

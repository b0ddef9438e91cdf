// Channels are taken in tiles that stay in registers, rows in blocks that are summed in the scalar's own precision;
// blocks are added in double, so that the error does not grow with the number of pixels.
#define FER_TILE 64
#define FER_BLOCK 128
#define FER_EACH_TILE(channels) for (ptrdiff_t start = 0; start < channels; start += FER_TILE)
#define FER_TILE_WIDTH(channels) (channels - start < FER_TILE ? channels - start : FER_TILE)
#define FER_EACH_BLOCK(rows) for (ptrdiff_t first = 0; first < rows; first += FER_BLOCK)
#define FER_BLOCK_END(rows) (rows - first < FER_BLOCK ? rows : first + FER_BLOCK)
// A full tile has a constant length, so its sums stay in registers.
#define FER_EACH_CHANNEL(width, body)                    \
  if (width == FER_TILE)                                 \
    for (int c = 0; c < FER_TILE; c++) body              \
  else                                                   \
    for (ptrdiff_t c = 0; c < width; c++) body

FER_KERNEL
void NAME(fer_channel_sums)(ptrdiff_t rows, ptrdiff_t channels, const REAL *x, double *sums) {
  FER_EACH_TILE(channels) {
    ptrdiff_t width = FER_TILE_WIDTH(channels);
    FER_EACH_BLOCK(rows) {
      FER_ALIGNED REAL partial[FER_TILE] = {0};
      for (ptrdiff_t r = first, end = FER_BLOCK_END(rows); r < end; r++) {
        const REAL *row = x + r * channels + start;
        FER_EACH_CHANNEL(width, { partial[c] += row[c]; })
      }
      for (ptrdiff_t c = 0; c < width; c++) sums[start + c] += (double)partial[c];
    }
  }
}

FER_KERNEL
void NAME(fer_channel_squares)(ptrdiff_t rows, ptrdiff_t channels, const REAL *x, const REAL *mean, double *sums) {
  FER_EACH_TILE(channels) {
    ptrdiff_t width = FER_TILE_WIDTH(channels);
    FER_ALIGNED REAL center[FER_TILE] = {0};
    memcpy(center, mean + start, (size_t)width * sizeof(REAL));
    FER_EACH_BLOCK(rows) {
      FER_ALIGNED REAL partial[FER_TILE] = {0};
      for (ptrdiff_t r = first, end = FER_BLOCK_END(rows); r < end; r++) {
        const REAL *row = x + r * channels + start;
        FER_EACH_CHANNEL(width, {
          REAL difference = row[c] - center[c];
          partial[c] += difference * difference;
        })
      }
      for (ptrdiff_t c = 0; c < width; c++) sums[start + c] += (double)partial[c];
    }
  }
}

FER_KERNEL
void NAME(fer_channel_products)(ptrdiff_t rows, ptrdiff_t channels, const REAL *g, const REAL *x, const REAL *mean,
                                double *sums, double *products) {
  FER_EACH_TILE(channels) {
    ptrdiff_t width = FER_TILE_WIDTH(channels);
    FER_ALIGNED REAL center[FER_TILE] = {0};
    memcpy(center, mean + start, (size_t)width * sizeof(REAL));
    FER_EACH_BLOCK(rows) {
      FER_ALIGNED REAL sum[FER_TILE] = {0}, product[FER_TILE] = {0};
      for (ptrdiff_t r = first, end = FER_BLOCK_END(rows); r < end; r++) {
        const REAL *row = x + r * channels + start, *gradient = g + r * channels + start;
        FER_EACH_CHANNEL(width, {
          sum[c] += gradient[c];
          product[c] += gradient[c] * (row[c] - center[c]);
        })
      }
      for (ptrdiff_t c = 0; c < width; c++) {
        sums[start + c] += (double)sum[c];
        products[start + c] += (double)product[c];
      }
    }
  }
}

// One row of fer_scale_shift; what is added besides the offset, and the slope, are arguments of the macro.
#define FER_SCALE_SHIFT_ROW(expression)              \
  FER_INDEPENDENT_LOOP                               \
  for (ptrdiff_t c = 0; c < channels; c++) {         \
    REAL v = expression;                             \
    out[c] = v < lowest ? lowest : v;                \
  }

FER_KERNEL
void NAME(fer_scale_shift)(ptrdiff_t rows, ptrdiff_t channels, const REAL *x, const REAL *slope, const REAL *offset,
                           const REAL *residual, bool rectified, REAL *y) {
  REAL lowest = rectified ? 0 : (REAL)-INFINITY;
  for (ptrdiff_t r = 0; r < rows; r++) {
    const REAL *in = x + r * channels, *added = residual ? residual + r * channels : NULL;
    REAL *out = y + r * channels;
    if (slope && added) {
      FER_SCALE_SHIFT_ROW(in[c] * slope[c] + offset[c] + added[c])
    } else if (slope) {
      FER_SCALE_SHIFT_ROW(in[c] * slope[c] + offset[c])
    } else if (added) {
      FER_SCALE_SHIFT_ROW(in[c] + offset[c] + added[c])
    } else {
      FER_SCALE_SHIFT_ROW(in[c] + offset[c])
    }
  }
}

FER_KERNEL
void NAME(fer_normalization_gradient)(ptrdiff_t rows, ptrdiff_t channels, const REAL *g, const REAL *x,
                                      const REAL *mean, const REAL *slope, const REAL *constant, const REAL *linear,
                                      REAL *y) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    const REAL *gradient = g + r * channels, *row = x + r * channels;
    REAL *out = y + r * channels;
    FER_INDEPENDENT_LOOP
    for (ptrdiff_t c = 0; c < channels; c++)
      out[c] = slope[c] * (gradient[c] - constant[c] - (row[c] - mean[c]) * linear[c]);
  }
}

FER_KERNEL
void NAME(fer_mask)(ptrdiff_t count, const REAL *output, REAL *gradient) {
  FER_INDEPENDENT_LOOP
  for (ptrdiff_t i = 0; i < count; i++) gradient[i] = output[i] > 0 ? gradient[i] : 0;
}

FER_KERNEL
void NAME(fer_add)(ptrdiff_t count, const REAL *source, REAL *target) {
  FER_INDEPENDENT_LOOP
  for (ptrdiff_t i = 0; i < count; i++) target[i] += source[i];
}

FER_KERNEL
void NAME(fer_largest_pixel)(ptrdiff_t channels, ptrdiff_t width, ptrdiff_t top, ptrdiff_t bottom, ptrdiff_t left,
                             ptrdiff_t right, const REAL *picture, REAL *largest, int32_t *winners) {
  for (ptrdiff_t c = 0; c < channels; c++) {
    largest[c] = picture[(top * width + left) * channels + c];
    winners[c] = (int32_t)(top * width + left);
  }
  for (ptrdiff_t y = top; y < bottom; y++) {
    for (ptrdiff_t x = left; x < right; x++) {
      const REAL *pixel = picture + (y * width + x) * channels;
      int32_t place = (int32_t)(y * width + x);
      FER_INDEPENDENT_LOOP
      for (ptrdiff_t c = 0; c < channels; c++) {
        bool wins = (pixel[c] > largest[c]) | ((pixel[c] != pixel[c]) & (largest[c] == largest[c]));
        largest[c] = wins ? pixel[c] : largest[c];
        winners[c] = wins ? place : winners[c];
      }
    }
  }
}

void NAME(fer_scatter_winners)(ptrdiff_t pixels, ptrdiff_t channels, const int32_t *winners, const REAL *gradient,
                               REAL *picture) {
  for (ptrdiff_t p = 0; p < pixels; p++) {
    for (ptrdiff_t c = 0; c < channels; c++)
      picture[(ptrdiff_t)winners[p * channels + c] * channels + c] += gradient[p * channels + c];
  }
}

#undef FER_TILE
#undef FER_BLOCK
#undef FER_EACH_TILE
#undef FER_TILE_WIDTH
#undef FER_EACH_BLOCK
#undef FER_BLOCK_END
#undef FER_EACH_CHANNEL
#undef FER_SCALE_SHIFT_ROW

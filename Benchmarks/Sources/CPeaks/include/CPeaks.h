#ifndef CPEAKS_H
#define CPEAKS_H

#include <stddef.h>
#include <stdint.h>

/// Runs independent chains of multiply-adds of single precision in the widest vectors of this processor.
///
/// Returns the number of arithmetic operations, two for each multiply-add; `sink` keeps the results alive.
double peaks_multiply_add(size_t rounds, float *sink);

/// Computes y ← y + scale·x: reads two arrays and writes one of them, which it has read.
void peaks_add_scaled(size_t count, float scale, const float *x, float *y);

/// Computes y ← scale·x: reads one array and writes another.
void peaks_scale(size_t count, float scale, const float *x, float *y);

/// For each row of x, reads it, compares all of `centers` with numbers in registers, keeping the nearest and its place,
/// and writes a row of `chosen`.
///
/// These are rows·columns·classes comparisons in the widest vectors of this processor: a subtraction, its absolute value,
/// a comparison and two selections each. `columns` is a multiple of 64. What is chosen has no meaning.
void peaks_compare(
  size_t rows, size_t columns, size_t classes, const float *x, const float *centers, int32_t *chosen);

#endif

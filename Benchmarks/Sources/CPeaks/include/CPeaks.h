#ifndef CPEAKS_H
#define CPEAKS_H

#include <stddef.h>

/// Runs independent chains of multiply-adds of single precision in the widest vectors of this processor.
///
/// Returns the number of arithmetic operations, two for each multiply-add; `sink` keeps the results alive.
double peaks_multiply_add(size_t rounds, float *sink);

/// Computes y ← y + scale·x: reads two arrays and writes one of them, which it has read.
void peaks_add_scaled(size_t count, float scale, const float *x, float *y);

#endif

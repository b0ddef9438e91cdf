#pragma once

#include <stddef.h>

/// What a program asked its allocator for.
typedef struct {
  /// How many requests reached the least size.
  size_t count;
  /// The largest request in bytes.
  size_t largest;
} fer_allocations;

/// Counts from here on, over all threads, the requests for at least `least` bytes.
///
/// A program that links this library asks here for its memory, and so do the libraries that it links.
void fer_allocations_begin(size_t least);

/// Stops counting.
fer_allocations fer_allocations_end(void);

/// The bytes of all blocks that were asked for and not released.
ptrdiff_t fer_allocations_live(void);

// A vector of numbers, and those of integers of the same size: masks, indices of classes, and bits.
enum { NAME(fer_lanes) = FER_VECTOR_BYTES / sizeof(REAL) };
typedef REAL NAME(fer_vector) __attribute__((vector_size(FER_VECTOR_BYTES)));
typedef REAL NAME(fer_quad) __attribute__((vector_size(4 * sizeof(REAL))));
typedef SIGNED NAME(fer_index) __attribute__((vector_size(FER_VECTOR_BYTES)));
typedef int32_t NAME(fer_classes) __attribute__((vector_size(NAME(fer_lanes) * sizeof(int32_t))));
typedef BITS NAME(fer_unsigned) __attribute__((vector_size(FER_VECTOR_BYTES)));

// Copies up to `lanes` numbers. Fewer of them go by powers of two: a call of memcpy would have all registers saved.
FER_PART void NAME(fer_copy)(ptrdiff_t count, const REAL *from, REAL *to) {
  if (count == NAME(fer_lanes)) {
    memcpy(to, from, NAME(fer_lanes) * sizeof *to);
    return;
  }
  FER_UNROLLED_LOOP
  for (ptrdiff_t part = NAME(fer_lanes) / 2; part > 0; part /= 2) {
    if (!(count & part)) continue;
    memcpy(to, from, (size_t)part * sizeof *to);
    from += part;
    to += part;
  }
}

// The first `count` lanes; the others are 0.
FER_PART void NAME(fer_load)(ptrdiff_t count, const REAL *from, NAME(fer_vector) *to) {
  REAL lanes[NAME(fer_lanes)] = {0};
  NAME(fer_copy)(count, from, lanes);
  memcpy(to, lanes, sizeof lanes);
}

// Writes the first `count` lanes.
FER_PART void NAME(fer_store)(ptrdiff_t count, const NAME(fer_vector) *from, REAL *to) {
  REAL lanes[NAME(fer_lanes)];
  memcpy(lanes, from, sizeof lanes);
  NAME(fer_copy)(count, lanes, to);
}

// The `count` numbers before `end`, in the last lanes; the others are 0. At least as many as lanes can be read there.
FER_PART void NAME(fer_load_before)(ptrdiff_t count, const REAL *end, NAME(fer_vector) *to) {
  if (count == NAME(fer_lanes)) {
    memcpy(to, end - NAME(fer_lanes), sizeof *to);
    return;
  }
  NAME(fer_index) place, bits;
  FER_UNROLLED_LOOP
  for (int l = 0; l < NAME(fer_lanes); l++) place[l] = l;
  memcpy(&bits, end - NAME(fer_lanes), sizeof bits);
  *to = (NAME(fer_vector))(bits & (place >= (SIGNED)(NAME(fer_lanes) - count)));
}

// Adds the first `count` lanes. Terms are rounded before they are added, so that sums do not depend on the loop that they
// are formed in: compilers would contract some of them.
FER_PART void NAME(fer_add_vector)(ptrdiff_t count, REAL *sums, const NAME(fer_vector) *terms) {
#pragma clang fp contract(off)
  NAME(fer_vector) sum;
  NAME(fer_load)(count, sums, &sum);
  sum += *terms;
  NAME(fer_store)(count, &sum, sums);
}

// What becomes of a gradient: it is added to what is there, or written, or written past the caches.
typedef enum { NAME(fer_added), NAME(fer_written), NAME(fer_streamed) } NAME(fer_use);

FER_PART NAME(fer_use) NAME(fer_use_of)(bool writes) { return writes ? NAME(fer_written) : NAME(fer_added); }

// Puts the first `count` lanes of a gradient. Past the caches go whole vectors, which lie at multiples of their size.
FER_PART void NAME(fer_put_vector)(ptrdiff_t count, NAME(fer_use) use, REAL *gradient, const NAME(fer_vector) *terms) {
  if (use == NAME(fer_added)) {
    NAME(fer_add_vector)(count, gradient, terms);
  } else if (use == NAME(fer_streamed) && count == NAME(fer_lanes)) {
    __builtin_nontemporal_store(*terms, (NAME(fer_vector) *)gradient);
  } else {
    NAME(fer_store)(count, terms, gradient);
  }
}

// The sum of the lanes.
FER_PART REAL NAME(fer_lane_sum)(const NAME(fer_vector) *vector) {
  REAL lanes[NAME(fer_lanes)];
  memcpy(lanes, vector, sizeof lanes);
  FER_UNROLLED_LOOP
  for (int width = NAME(fer_lanes) / 2; width > 0; width /= 2) {
    FER_UNROLLED_LOOP
    for (int l = 0; l < width; l++) lanes[l] += lanes[l + width];
  }
  return lanes[0];
}

// Lanes of two vectors, taken from each four of them.
#if FER_VECTOR_BYTES / REAL_BYTES == 16
#define FER_EACH_QUAD(LANES) LANES(0), LANES(4), LANES(8), LANES(12)
#elif FER_VECTOR_BYTES / REAL_BYTES == 8
#define FER_EACH_QUAD(LANES) LANES(0), LANES(4)
#else
#define FER_EACH_QUAD(LANES) LANES(0)
#endif
#define FER_LOW(i) (i), NAME(fer_lanes) + (i), (i) + 1, NAME(fer_lanes) + (i) + 1
#define FER_HIGH(i) (i) + 2, NAME(fer_lanes) + (i) + 2, (i) + 3, NAME(fer_lanes) + (i) + 3
#define FER_FIRST(i) (i), (i) + 1, NAME(fer_lanes) + (i), NAME(fer_lanes) + (i) + 1
#define FER_SECOND(i) (i) + 2, (i) + 3, NAME(fer_lanes) + (i) + 2, NAME(fer_lanes) + (i) + 3
#define FER_FOLD(x, y, ONE, OTHER)                       \
  (__builtin_shufflevector(x, y, FER_EACH_QUAD(ONE)) + \
   __builtin_shufflevector(x, y, FER_EACH_QUAD(OTHER)))

// The sum of the lanes of each of four vectors.
FER_PART void NAME(fer_lane_sums)(const NAME(fer_vector) *v, NAME(fer_quad) *sums) {
  enum { quads = FER_VECTOR_BYTES / sizeof(NAME(fer_quad)) };
  NAME(fer_quad) parts[quads];
  NAME(fer_vector) low = FER_FOLD(v[0], v[1], FER_LOW, FER_HIGH), high = FER_FOLD(v[2], v[3], FER_LOW, FER_HIGH);
  NAME(fer_vector) all = FER_FOLD(low, high, FER_FIRST, FER_SECOND);
  memcpy(parts, &all, sizeof parts);
  *sums = parts[0];
  FER_UNROLLED_LOOP
  for (int i = 1; i < (int)quads; i++) *sums += parts[i];
}
#undef FER_EACH_QUAD
#undef FER_LOW
#undef FER_HIGH
#undef FER_FIRST
#undef FER_SECOND
#undef FER_FOLD

// Columns of four times four numbers become rows.
FER_PART void NAME(fer_turn_quads)(NAME(fer_quad) *q) {
  NAME(fer_quad) a = __builtin_shufflevector(q[0], q[1], 0, 4, 1, 5), b = __builtin_shufflevector(q[2], q[3], 0, 4, 1, 5);
  NAME(fer_quad) c = __builtin_shufflevector(q[0], q[1], 2, 6, 3, 7), d = __builtin_shufflevector(q[2], q[3], 2, 6, 3, 7);
  q[0] = __builtin_shufflevector(a, b, 0, 1, 4, 5);
  q[1] = __builtin_shufflevector(a, b, 2, 3, 6, 7);
  q[2] = __builtin_shufflevector(c, d, 0, 1, 4, 5);
  q[3] = __builtin_shufflevector(c, d, 2, 3, 6, 7);
}

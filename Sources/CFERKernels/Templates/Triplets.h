// Choices among the candidates of an anchor, and the hinges of all its triplets.
#include "../include/FERTripletLoops.h"

// Numbers that are looked through at once before a place among them is looked for.
#define FER_SEARCH_BLOCK 32
// Numbers that are copied into whole blocks at once.
#define FER_SEARCH_PART 256
// Positives that are compared with all keys at once.
#define FER_HINGE_ROWS 4

// Without branches, and with numbers of one size, so that loops vectorise.
FER_PART bool NAME(fer_is_candidate)(fer_candidates who, ptrdiff_t j) {
  if (!who.classes) return true;
  int32_t label = who.classes[j];
  return ((label == who.own) != who.others) & (label >= 0) & ((int32_t)j != (int32_t)who.except);
}

// Numbers that are not negative are in the order of their bits, which are compared because such loops vectorise.
FER_PART BITS NAME(fer_bits)(REAL x) {
  BITS bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

// The first candidate whose distance has the given bits.
FER_PART ptrdiff_t NAME(fer_find)(fer_candidates who, ptrdiff_t count, const REAL *distances, BITS bits) {
  for (ptrdiff_t start = 0; start < count; start += FER_SEARCH_BLOCK) {
    int32_t length = (int32_t)(count - start < FER_SEARCH_BLOCK ? count - start : FER_SEARCH_BLOCK), first = length;
    for (int32_t j = 0; j < length; j++) {
      bool fits = NAME(fer_bits)(distances[start + j]) == bits && NAME(fer_is_candidate)(who, start + j);
      int32_t place = fits ? j : length;
      first = place < first ? place : first;
    }
    if (first < length) return start + first;
  }
  return -1;
}

FER_PART ptrdiff_t NAME(fer_farthest_of)(ptrdiff_t count, const REAL *distances, fer_candidates who) {
  BITS largest = 0;  // one more than the bits of a distance, so that 0 means none
  for (ptrdiff_t j = 0; j < count; j++) {
    BITS bits = NAME(fer_is_candidate)(who, j) ? NAME(fer_bits)(distances[j]) + 1 : 0;
    largest = bits > largest ? bits : largest;
  }
  if (largest == 0) return -1;
  return NAME(fer_find)(who, count, distances, largest - 1);
}

FER_PART ptrdiff_t NAME(fer_nearest_of)(ptrdiff_t count, const REAL *distances, fer_candidates who, REAL beyond) {
  const BITS none = (BITS)-1;
  BITS smallest = none;
  for (ptrdiff_t j = 0; j < count; j++) {
    BITS bits = NAME(fer_is_candidate)(who, j) && distances[j] > beyond ? NAME(fer_bits)(distances[j]) : none;
    smallest = bits < smallest ? bits : smallest;
  }
  if (smallest == none) return -1;
  return NAME(fer_find)(who, count, distances, smallest);
}

static const fer_candidates NAME(fer_everyone) = {NULL, 0, false, -1};

FER_KERNEL
ptrdiff_t NAME(fer_farthest)(ptrdiff_t count, const REAL *distances, const fer_candidates *candidates) {
  if (!candidates) return NAME(fer_farthest_of)(count, distances, NAME(fer_everyone));
  return NAME(fer_farthest_of)(count, distances, *candidates);
}

FER_KERNEL
ptrdiff_t NAME(fer_nearest)(ptrdiff_t count, const REAL *distances, const fer_candidates *candidates, REAL beyond) {
  if (!candidates) return NAME(fer_nearest_of)(count, distances, NAME(fer_everyone), beyond);
  return NAME(fer_nearest_of)(count, distances, *candidates, beyond);
}

// How many numbers a buffer of whole blocks holds for so many.
FER_PART ptrdiff_t NAME(fer_whole_blocks)(ptrdiff_t count) {
  return (count + FER_SEARCH_BLOCK - 1) / FER_SEARCH_BLOCK * FER_SEARCH_BLOCK;
}

// Copies numbers into whole blocks, over which loops have no rest that is not vectorised, and fills the last one.
FER_PART ptrdiff_t NAME(fer_fill_blocks)(ptrdiff_t count, const REAL *source, REAL filler, REAL *blocks) {
  ptrdiff_t whole = NAME(fer_whole_blocks)(count);
  memcpy(blocks, source, (size_t)count * sizeof *blocks);
  for (ptrdiff_t j = count; j < whole; j++) blocks[j] = filler;
  return whole;
}

FER_KERNEL
void NAME(fer_nearest_beyond)(ptrdiff_t count, const REAL *distances, ptrdiff_t bounds, const REAL *beyond,
                              int32_t *places) {
  REAL part[FER_SEARCH_PART];
  for (ptrdiff_t i = 0; i < bounds; i++) places[i] = -1;
  for (ptrdiff_t first = 0; first < count; first += FER_SEARCH_PART) {
    ptrdiff_t length = count - first < FER_SEARCH_PART ? count - first : FER_SEARCH_PART;
    // Nothing lies beyond a bound that is no number, and no number that is none beyond any.
    ptrdiff_t whole = NAME(fer_fill_blocks)(length, distances + first, (REAL)NAN, part);
    whole = whole / FER_SEARCH_BLOCK * FER_SEARCH_BLOCK;
    for (ptrdiff_t i = 0; i < bounds; i++) {
      ptrdiff_t place = NAME(fer_nearest_of)(whole, part, NAME(fer_everyone), beyond[i]);
      if (place >= 0 && (places[i] < 0 || part[place] < distances[places[i]])) places[i] = (int32_t)(first + place);
    }
  }
}

// Some positives against all keys, a multiple of FER_SEARCH_BLOCK: losses and numbers of active pairs, and those of each
// key.
FER_PART void NAME(fer_hinges_of)(ptrdiff_t height, ptrdiff_t far, const REAL *positives, const REAL *keys,
                                  REAL *positive_slopes, int32_t *key_counts, double *loss, double *active) {
  FER_SUM_LOOP
  REAL sums[FER_HINGE_ROWS] = {0};
  int32_t counts[FER_HINGE_ROWS] = {0};
  for (ptrdiff_t j = 0; j < far; j++) {
    int32_t all = 0;
    for (ptrdiff_t i = 0; i < height; i++) {
      REAL bracket = positives[i] - keys[j];
      sums[i] += bracket > 0 ? bracket : 0;
      counts[i] += bracket > 0;
      all += bracket > 0;
    }
    key_counts[j] += all;
  }
  for (ptrdiff_t i = 0; i < height; i++) {
    positive_slopes[i] += (REAL)counts[i];
    *loss += (double)sums[i];
    *active += (double)counts[i];
  }
}

FER_KERNEL
double NAME(fer_hinges)(ptrdiff_t near, ptrdiff_t far, const REAL *positives, const REAL *keys, REAL *positive_slopes,
                        REAL *key_slopes, double *active) {
  REAL part[FER_SEARCH_PART];
  double loss = 0, all = 0;
  for (ptrdiff_t first = 0; first < far; first += FER_SEARCH_PART) {
    ptrdiff_t length = far - first < FER_SEARCH_PART ? far - first : FER_SEARCH_PART, i = 0;
    // No positive lies beyond an infinite key.
    ptrdiff_t whole = NAME(fer_fill_blocks)(length, keys + first, (REAL)INFINITY, part);
    whole = whole / FER_SEARCH_BLOCK * FER_SEARCH_BLOCK;
    int32_t counts[FER_SEARCH_PART] = {0};
    for (; i + FER_HINGE_ROWS <= near; i += FER_HINGE_ROWS) {
      NAME(fer_hinges_of)(FER_HINGE_ROWS, whole, positives + i, part, positive_slopes + i, counts, &loss, &all);
    }
    for (; i < near; i++) NAME(fer_hinges_of)(1, whole, positives + i, part, positive_slopes + i, counts, &loss, &all);
    for (ptrdiff_t j = 0; j < length; j++) key_slopes[first + j] -= (REAL)counts[j];
  }
  *active = all;
  return loss;
}

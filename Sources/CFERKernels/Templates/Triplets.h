// Choices among the candidates of an anchor, and the hinges of all its triplets.
#include "../include/FERTripletLoops.h"

// Numbers that are looked through at once before a place among them is looked for.
#define FER_SEARCH_BLOCK 64

FER_PART bool NAME(fer_is_candidate)(fer_candidates who, ptrdiff_t j) {
  if (!who.classes) return true;
  int32_t label = who.classes[j];
  return (label == who.own) != who.others && label >= 0 && j != who.except;
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
    ptrdiff_t end = count - start < FER_SEARCH_BLOCK ? count : start + FER_SEARCH_BLOCK;
    int32_t found = 0;
    for (ptrdiff_t j = start; j < end; j++) {
      found += NAME(fer_bits)(distances[j]) == bits && NAME(fer_is_candidate)(who, j);
    }
    if (found == 0) continue;
    for (ptrdiff_t j = start; j < end; j++) {
      if (NAME(fer_bits)(distances[j]) == bits && NAME(fer_is_candidate)(who, j)) return j;
    }
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

FER_KERNEL
void NAME(fer_nearest_beyond)(ptrdiff_t count, const REAL *distances, ptrdiff_t bounds, const REAL *beyond,
                              int32_t *places) {
  for (ptrdiff_t i = 0; i < bounds; i++) {
    places[i] = (int32_t)NAME(fer_nearest_of)(count, distances, NAME(fer_everyone), beyond[i]);
  }
}

FER_KERNEL
double NAME(fer_hinges)(ptrdiff_t near, ptrdiff_t far, const REAL *positives, const REAL *keys, REAL *positive_slopes,
                        REAL *key_slopes, double *active) {
  double loss = 0, all = 0;
  for (ptrdiff_t i = 0; i < near; i++) {
    FER_SUM_LOOP
    REAL distance = positives[i], sum = 0;
    int32_t count = 0;
    for (ptrdiff_t j = 0; j < far; j++) {
      REAL bracket = distance - keys[j];
      bool is_active = bracket > 0;
      sum += is_active ? bracket : 0;
      count += is_active;
      key_slopes[j] -= is_active ? 1 : 0;
    }
    positive_slopes[i] += (REAL)count;
    loss += (double)sum;
    all += (double)count;
  }
  *active = all;
  return loss;
}

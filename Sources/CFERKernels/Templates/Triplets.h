// Choices among the candidates of an anchor, and the hinges of all its triplets.
#include "../include/FERTripletLoops.h"

// Copied numbers fill up a multiple of so many, over which loops have no rest.
#define FER_SEARCH_BLOCK 32
// Numbers that are copied into whole blocks at once.
#define FER_SEARCH_PART 256
// Positives that are compared with all keys at once.
#define FER_HINGE_ROWS 4

FER_PART bool NAME(fer_is_candidate)(fer_candidates who, ptrdiff_t j) {
  if (!who.classes) return true;
  int32_t label = who.classes[j];
  return ((label == who.own) != who.others) & (label >= 0) & ((int32_t)j != (int32_t)who.except);
}

// Numbers that are not negative are in the order of their bits. A key is the larger the better, and 0 for no candidate.
FER_PART BITS NAME(fer_key)(bool farthest, REAL distance) {
  BITS bits;
  memcpy(&bits, &distance, sizeof bits);
  return farthest ? bits + 1 : ~bits;
}

// The best candidates so far, lane by lane, and where they are.
typedef struct {
  NAME(fer_unsigned) keys;
  NAME(fer_index) places;
} NAME(fer_best);

// A vector of distances, and of classes where candidates have some. Who is a candidate is known before keys are compared:
// from one vector to the next leads a single maximum.
FER_PART void NAME(fer_look)(bool farthest, const fer_candidates *who, const NAME(fer_index) *others,
                             const int32_t *classes, const REAL *distances, const NAME(fer_index) *places, REAL beyond,
                             NAME(fer_best) *best) {
  NAME(fer_vector) d;
  NAME(fer_unsigned) keys;
  memcpy(&d, distances, sizeof d);
  keys = farthest ? (NAME(fer_unsigned))d + 1 : ~(NAME(fer_unsigned))d;
  if (!farthest) keys &= (NAME(fer_unsigned))(d > beyond);
  if (classes) {
    NAME(fer_classes) some;
    memcpy(&some, classes, sizeof some);
    NAME(fer_index) labels = __builtin_convertvector(some, NAME(fer_index));
    NAME(fer_index) fits = (labels == (SIGNED)who->own) ^ *others;
    keys &= (NAME(fer_unsigned))(fits & (labels >= 0) & (*places != (SIGNED)who->except));
  }
  NAME(fer_index) better = keys > best->keys;
  best->keys = __builtin_elementwise_max(keys, best->keys);
  best->places = (*places & better) | (best->places & ~better);
}

// All whole vectors, and the last numbers, some of them once more.
FER_PART void NAME(fer_look_through)(bool farthest, const fer_candidates *who, const int32_t *classes, ptrdiff_t count,
                                     const REAL *distances, REAL beyond, NAME(fer_best) *best) {
  const ptrdiff_t lanes = NAME(fer_lanes);
  NAME(fer_index) places, others = {0};
  FER_UNROLLED_LOOP
  for (int l = 0; l < NAME(fer_lanes); l++) places[l] = l;
  if (who->others) others = ~others;
  ptrdiff_t j = 0;
  for (; j + lanes <= count; j += lanes) {
    NAME(fer_look)(farthest, who, &others, classes ? classes + j : NULL, distances + j, &places, beyond, best);
    places += (SIGNED)lanes;
  }
  if (j == count) return;
  places -= (SIGNED)(j + lanes - count);
  j = count - lanes;
  NAME(fer_look)(farthest, who, &others, classes ? classes + j : NULL, distances + j, &places, beyond, best);
}

// The first of equals: in a lane the first is kept, and of lanes the smallest place counts.
FER_PART ptrdiff_t NAME(fer_best_of)(bool farthest, ptrdiff_t count, const REAL *distances, fer_candidates who,
                                     REAL beyond) {
  if (count < NAME(fer_lanes)) {
    BITS largest = 0;
    ptrdiff_t place = -1;
    for (ptrdiff_t j = 0; j < count; j++) {
      BITS key = NAME(fer_key)(farthest, distances[j]);
      bool fits = NAME(fer_is_candidate)(who, j) && (farthest || distances[j] > beyond) && key > largest;
      largest = fits ? key : largest;
      place = fits ? j : place;
    }
    return place;
  }
  NAME(fer_best) best = {{0}, {0}};
  if (who.classes) {
    NAME(fer_look_through)(farthest, &who, who.classes, count, distances, beyond, &best);
  } else {
    NAME(fer_look_through)(farthest, &who, NULL, count, distances, beyond, &best);
  }
  BITS largest = __builtin_reduce_max(best.keys);
  if (largest == 0) return -1;
  NAME(fer_index) among = best.keys == largest;
  return (ptrdiff_t)__builtin_reduce_min((best.places & among) | (~among & (SIGNED)((BITS)-1 >> 1)));
}

static const fer_candidates NAME(fer_everyone) = {NULL, 0, false, -1};

FER_KERNEL
ptrdiff_t NAME(fer_farthest)(ptrdiff_t count, const REAL *distances, const fer_candidates *candidates) {
  if (!candidates) return NAME(fer_best_of)(true, count, distances, NAME(fer_everyone), 0);
  return NAME(fer_best_of)(true, count, distances, *candidates, 0);
}

FER_KERNEL
ptrdiff_t NAME(fer_nearest)(ptrdiff_t count, const REAL *distances, const fer_candidates *candidates, REAL beyond) {
  if (!candidates) return NAME(fer_best_of)(false, count, distances, NAME(fer_everyone), beyond);
  return NAME(fer_best_of)(false, count, distances, *candidates, beyond);
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
  FER_ALIGNED REAL part[FER_SEARCH_PART];
  for (ptrdiff_t i = 0; i < bounds; i++) places[i] = -1;
  for (ptrdiff_t first = 0; first < count; first += FER_SEARCH_PART) {
    ptrdiff_t length = count - first < FER_SEARCH_PART ? count - first : FER_SEARCH_PART;
    // Nothing lies beyond a bound that is no number, and no number that is none beyond any.
    ptrdiff_t whole = NAME(fer_fill_blocks)(length, distances + first, (REAL)NAN, part);
    whole = whole / FER_SEARCH_BLOCK * FER_SEARCH_BLOCK;
    for (ptrdiff_t i = 0; i < bounds; i++) {
      ptrdiff_t place = NAME(fer_best_of)(false, whole, part, NAME(fer_everyone), beyond[i]);
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
  FER_ALIGNED REAL part[FER_SEARCH_PART];
  double loss = 0, all = 0;
  for (ptrdiff_t first = 0; first < far; first += FER_SEARCH_PART) {
    ptrdiff_t length = far - first < FER_SEARCH_PART ? far - first : FER_SEARCH_PART, i = 0;
    // No positive lies beyond an infinite key.
    ptrdiff_t whole = NAME(fer_fill_blocks)(length, keys + first, (REAL)INFINITY, part);
    whole = whole / FER_SEARCH_BLOCK * FER_SEARCH_BLOCK;
    FER_ALIGNED int32_t counts[FER_SEARCH_PART] = {0};
    for (; i + FER_HINGE_ROWS <= near; i += FER_HINGE_ROWS) {
      NAME(fer_hinges_of)(FER_HINGE_ROWS, whole, positives + i, part, positive_slopes + i, counts, &loss, &all);
    }
    for (; i < near; i++) NAME(fer_hinges_of)(1, whole, positives + i, part, positive_slopes + i, counts, &loss, &all);
    for (ptrdiff_t j = 0; j < length; j++) key_slopes[first + j] -= (REAL)counts[j];
  }
  *active = all;
  return loss;
}

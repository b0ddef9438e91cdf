#include "Templates/Prelude.h"

FER_CLONES
uint32_t fer_largest_class(ptrdiff_t count, const int32_t *classes) {
  uint32_t largest = 0;
  for (ptrdiff_t j = 0; j < count; j++) {
    uint32_t index = (uint32_t)classes[j];
    largest = index > largest ? index : largest;
  }
  return largest;
}

#include "CFERCodecs.h"

#include <stdlib.h>

void fer_bytes_free(fer_bytes *buffer) {
  free(buffer->bytes);
  buffer->bytes = NULL;
  buffer->count = 0;
  buffer->capacity = 0;
}

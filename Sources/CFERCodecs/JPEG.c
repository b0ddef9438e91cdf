// JPEG by the TurboJPEG interface that versions 2 and 3 of libjpeg-turbo share.
#include "CFERCodecs.h"

#if __has_include(<turbojpeg.h>)

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

static int fail(const char *text, char *message, size_t capacity) {
  snprintf(message, capacity, "%s", text);
  return 1;
}

// The product of two levels as a level, rounded to nearest.
static inline unsigned scaled(unsigned a, unsigned b) {
  unsigned product = a * b + 128;
  return (product + (product >> 8)) >> 8;
}

// Four-component files hold inverted ink, as Adobe's programs write it.
static void convert_inverted_cmyk(const uint8_t *cmyk, size_t pixels, uint8_t *rgb) {
  for (size_t i = 0; i < pixels; i++, cmyk += 4, rgb += 3) {
    unsigned light = cmyk[3];
    for (int channel = 0; channel < 3; channel++) {
      rgb[channel] = (uint8_t)(light - scaled(255u - cmyk[channel], light));
    }
  }
}

int fer_jpeg_decode(
    const uint8_t *bytes, size_t count, int32_t width, int32_t height, int32_t components, uint8_t *rgb,
    char *message, size_t message_capacity) {
  tjhandle decoder = tjInitDecompress();
  if (!decoder) return fail(tjGetErrorStr2(NULL), message, message_capacity);
  const int flags = TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS | TJFLAG_ACCURATEDCT;
  const size_t pixels = (size_t)width * (size_t)height;
  int status = 0;
  if (components == 4) {
    uint8_t *cmyk = calloc(pixels, 4);
    if (!cmyk) {
      tjDestroy(decoder);
      return fail("there is not enough memory", message, message_capacity);
    }
    status = tjDecompress2(decoder, bytes, (unsigned long)count, cmyk, width, width * 4, height, TJPF_CMYK, flags);
    if (status == 0) convert_inverted_cmyk(cmyk, pixels, rgb);
    free(cmyk);
  } else {
    status = tjDecompress2(decoder, bytes, (unsigned long)count, rgb, width, width * 3, height, TJPF_RGB, flags);
  }
  if (status != 0) status = fail(tjGetErrorStr2(decoder), message, message_capacity);
  tjDestroy(decoder);
  return status;
}

int fer_jpeg_encode(
    const uint8_t *rgb, int32_t width, int32_t height, int32_t quality, int32_t full_chroma, fer_bytes *output,
    char *message, size_t message_capacity) {
  const int sampling = full_chroma ? TJSAMP_444 : TJSAMP_420;
  memset(output, 0, sizeof *output);
  unsigned long bound = tjBufSize(width, height, sampling);
  if (bound == (unsigned long)-1) return fail("a JPEG of this size does not exist", message, message_capacity);
  output->bytes = malloc(bound);
  output->capacity = bound;
  if (!output->bytes) return fail("there is not enough memory", message, message_capacity);
  tjhandle encoder = tjInitCompress();
  if (!encoder) {
    fer_bytes_free(output);
    return fail(tjGetErrorStr2(NULL), message, message_capacity);
  }
  int status = tjCompress2(
      encoder, rgb, width, width * 3, height, TJPF_RGB, &output->bytes, &bound, sampling, quality,
      TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT);
  output->count = bound;
  if (status != 0) {
    status = fail(tjGetErrorStr2(encoder), message, message_capacity);
    fer_bytes_free(output);
  }
  tjDestroy(encoder);
  return status;
}

#endif

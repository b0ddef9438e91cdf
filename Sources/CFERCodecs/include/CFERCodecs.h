// JPEG and PNG behind plain calls.
//
// Every picture is 8-bit RGB, three bytes a pixel, rows from top to bottom without padding.
// Every function returns 0 when it succeeded; otherwise it returns 1 and `message` holds a sentence that ends with NUL.
// No call keeps a pointer, and calls from different threads do not disturb each other.
// libpng reports errors by longjmp: it stays inside this file.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Bytes that an encoder allocated; `fer_bytes_free` gives them back.
typedef struct {
  uint8_t *bytes;
  size_t count;
  size_t capacity;
} fer_bytes;

void fer_bytes_free(fer_bytes *buffer);

/// Decodes a JPEG of the given size and number of components (1, 3 or 4) into `rgb`, 3 * width * height bytes.
/// A warning of the decoder, such as the one about a file that is cut short, is an error.
int fer_jpeg_decode(
    const uint8_t *bytes, size_t count, int32_t width, int32_t height, int32_t components, uint8_t *rgb,
    char *message, size_t message_capacity);

/// Encodes a picture as a baseline JPEG; `full_chroma` keeps the colors of every pixel (4:4:4 instead of 4:2:0).
int fer_jpeg_encode(
    const uint8_t *rgb, int32_t width, int32_t height, int32_t quality, int32_t full_chroma, fer_bytes *output,
    char *message, size_t message_capacity);

/// Decodes a PNG of the given size into `rgb`, 3 * width * height bytes.
/// Alpha is dropped, palettes and gray levels become colors, 16 bits keep their high byte, gamma is not applied.
int fer_png_decode(
    const uint8_t *bytes, size_t count, int32_t width, int32_t height, uint8_t *rgb,
    char *message, size_t message_capacity);

/// Encodes a picture as an 8-bit RGB PNG; compression is zlib's level, 0 to 9.
int fer_png_encode(
    const uint8_t *rgb, int32_t width, int32_t height, int32_t compression, fer_bytes *output,
    char *message, size_t message_capacity);

#ifdef __cplusplus
}
#endif

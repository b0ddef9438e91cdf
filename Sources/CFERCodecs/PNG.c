// PNG by libpng's full interface: the simplified one would apply gamma.
#include "CFERCodecs.h"

#if __has_include(<png.h>)

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

typedef struct {
  char *text;
  size_t capacity;
} message_buffer;

typedef struct {
  const uint8_t *bytes;
  size_t count;
  size_t offset;
} byte_source;

static void on_error(png_structp png, png_const_charp text) {
  message_buffer *message = png_get_error_ptr(png);
  snprintf(message->text, message->capacity, "%s", text);
  longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void read_bytes(png_structp png, png_bytep destination, size_t count) {
  byte_source *source = png_get_io_ptr(png);
  if (count > source->count - source->offset) png_error(png, "the file ends too early");
  memcpy(destination, source->bytes + source->offset, count);
  source->offset += count;
}

static void append_bytes(png_structp png, png_bytep bytes, size_t count) {
  fer_bytes *output = png_get_io_ptr(png);
  if (count > output->capacity - output->count) {
    size_t capacity = (output->capacity + count) * 2;
    uint8_t *grown = realloc(output->bytes, capacity);
    if (!grown) png_error(png, "there is not enough memory");
    output->bytes = grown;
    output->capacity = capacity;
  }
  memcpy(output->bytes + output->count, bytes, count);
  output->count += count;
}

static void flush_bytes(png_structp png) { (void)png; }

int fer_png_decode(
    const uint8_t *bytes, size_t count, int32_t width, int32_t height, uint8_t *rgb,
    char *message, size_t message_capacity) {
  message_buffer report = {message, message_capacity};
  byte_source source = {bytes, count, 0};
  snprintf(message, message_capacity, "there is not enough memory");
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &report, on_error, on_warning);
  if (!png) return 1;
  png_infop info = png_create_info_struct(png);
  if (!info || setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return 1;
  }
  png_set_user_limits(png, (png_uint_32)width, (png_uint_32)height);
  png_set_read_fn(png, &source, read_bytes);
  png_read_info(png, info);
  if (png_get_image_width(png, info) != (png_uint_32)width || png_get_image_height(png, info) != (png_uint_32)height) {
    png_error(png, "the header names another size");
  }
  const int color = png_get_color_type(png, info);
  if (color == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (color == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(png);
  if (!(color & PNG_COLOR_MASK_COLOR)) png_set_gray_to_rgb(png);
  png_set_strip_16(png);
  png_set_strip_alpha(png);
  const int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  const size_t stride = (size_t)width * 3;
  if (png_get_rowbytes(png, info) != stride) png_error(png, "the pixels did not become RGB");
  for (int pass = 0; pass < passes; pass++) {
    for (int32_t row = 0; row < height; row++) png_read_row(png, rgb + (size_t)row * stride, NULL);
  }
  png_read_end(png, NULL);
  png_destroy_read_struct(&png, &info, NULL);
  return 0;
}

int fer_png_encode(
    const uint8_t *rgb, int32_t width, int32_t height, int32_t compression, fer_bytes *output,
    char *message, size_t message_capacity) {
  message_buffer report = {message, message_capacity};
  memset(output, 0, sizeof *output);
  snprintf(message, message_capacity, "there is not enough memory");
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &report, on_error, on_warning);
  if (!png) return 1;
  png_infop info = png_create_info_struct(png);
  if (!info || setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    fer_bytes_free(output);
    return 1;
  }
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_write_fn(png, output, append_bytes, flush_bytes);
  png_set_compression_level(png, compression);
  png_set_IHDR(
      png, info, (png_uint_32)width, (png_uint_32)height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
      PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (int32_t row = 0; row < height; row++) png_write_row(png, rgb + (size_t)row * (size_t)width * 3);
  png_write_end(png, NULL);
  png_destroy_write_struct(&png, &info);
  return 0;
}

#endif

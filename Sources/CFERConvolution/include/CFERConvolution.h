#ifndef CFER_CONVOLUTION_H
#define CFER_CONVOLUTION_H

#include <stddef.h>
#include <stdint.h>

// Convolution, batch normalization, pooling and matrix products by oneDNN behind plain C calls.
//
// Tensors are dense 32-bit floats in NHWC (batch, height, width, channels), convolution weights OIHW
// (output channels, input channels, height, width). Every call is synchronous and may come from any thread;
// primitives are made once for each shape and kept. Nothing here throws: a call returns 0, or a nonzero code
// after which `fer_dnn_message()` on the same thread says what went wrong.

#if defined(__has_include)
#if __has_include(<oneapi/dnnl/dnnl.hpp>)
#define FER_DNN_AVAILABLE 1
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/// A tensor's sizes, in memory order.
typedef struct fer_dnn_shape {
  int32_t batch, height, width, channels;
} fer_dnn_shape;

/// One convolution: the input's sizes, the weights' and how the window moves. Padding is zeros on both sides.
/// The output has (height + 2·padding − kernel) / stride + 1 rows, columns likewise.
typedef struct fer_dnn_convolution {
  fer_dnn_shape input;
  int32_t output_channels;
  int32_t kernel_height, kernel_width;
  int32_t stride_height, stride_width;
  int32_t padding_height, padding_width;
} fer_dnn_convolution;

/// One pooling window over a tensor. Padding never wins a maximum.
typedef struct fer_dnn_pooling {
  fer_dnn_shape input;
  int32_t kernel_height, kernel_width;
  int32_t stride_height, stride_width;
  int32_t padding_height, padding_width;
} fer_dnn_pooling;

/// What follows a normalization in the same call.
typedef enum fer_dnn_activation {
  fer_dnn_identity = 0,
  /// max(0, ·) inside the normalization; which elements passed is recorded in the workspace.
  fer_dnn_rectified = 1,
} fer_dnn_activation;

/// The sentence that explains the last failure on this thread.
const char *fer_dnn_message(void);

/// The version of the library in use, as 10000·major + 100·minor + patch.
int32_t fer_dnn_version(void);

// Matrix products

/// Whether products by this library are at least as fast as those by OpenBLAS: where it finds AVX-512, which OpenBLAS
/// does not use on every processor that has it. Elsewhere both reach the same speed, and OpenBLAS a little more.
int32_t fer_dnn_multiplies(void);

/// c <- alpha op(a) op(b) + beta c in row-major order: c is m x n, k the inner length, not 0, and rows begin `a_row`,
/// `b_row` and `c_row` numbers apart. With a `beta` of 0, c is not read.
int32_t fer_dnn_multiply(
  int32_t transpose_a, int32_t transpose_b, int64_t m, int64_t n, int64_t k, float alpha, const float *a, int64_t a_row,
  const float *b, int64_t b_row, float beta, float *c, int64_t c_row);

// Threads and memory

/// Sets how many threads the kernels called from this thread use. Returns 0, or nonzero where the library's
/// thread pool cannot be reached.
int32_t fer_dnn_set_threads(int32_t count);

/// How many threads the kernels called from this thread use.
int32_t fer_dnn_threads(void);

/// Calls `task` with `context` and every index from 0 to count - 1 on these threads, each once and in any order, and
/// returns when all are done: on the library's thread pool, or on the calling thread where it cannot be reached.
void fer_dnn_run(ptrdiff_t count, void (*task)(void *context, ptrdiff_t index), void *context);

/// How many prepared primitives are kept.
size_t fer_dnn_cache_count(void);

/// Sets how many prepared primitives are kept; beyond that the least recently used one goes.
void fer_dnn_cache_set_capacity(size_t capacity);

/// Releases every prepared primitive and all scratch memory that no call is using.
void fer_dnn_cache_empty(void);

// Convolution

/// When a 3×3 convolution is computed by shifted 1×1 convolutions.
typedef enum fer_dnn_shifts {
  /// Where the library's own kernel for the shape is known to be slower.
  fer_dnn_shifts_where_they_pay = 0,
  fer_dnn_shifts_never = 1,
  /// Wherever the shape allows it.
  fer_dnn_shifts_always = 2,
} fer_dnn_shifts;

/// Chooses for the calls of this thread that follow. Returns the choice before.
fer_dnn_shifts fer_dnn_set_shifts(fer_dnn_shifts shifts);

/// output ← input ∗ weights
int32_t fer_dnn_convolution_forward(
  const fer_dnn_convolution *convolution, const float *input, const float *weights, float *output);

/// inputGradient ← the adjoint of the convolution applied to gradient
int32_t fer_dnn_convolution_backward_data(
  const fer_dnn_convolution *convolution, const float *gradient, const float *weights, float *input_gradient);

/// weightGradient ← weightGradient + ∂⟨gradient, input ∗ weights⟩/∂weights
int32_t fer_dnn_convolution_backward_weights(
  const fer_dnn_convolution *convolution, const float *input, const float *gradient, float *weight_gradient);

/// A convolution for inference whose weights are kept in the order the processor wants.
typedef struct fer_dnn_packed fer_dnn_packed;

/// Prepares a convolution for inference. `bias` may be null. The input's batch, height and width do not matter here: each
/// size is prepared when it first comes. Returns null on failure.
fer_dnn_packed *fer_dnn_packed_create(
  const fer_dnn_convolution *convolution, const float *weights, const float *bias, int32_t rectified);

/// output ← activation(input ∗ weights + bias [+ residual]). `residual` may be null, and may be `output` itself, which
/// saves a copy.
int32_t fer_dnn_packed_run(
  fer_dnn_packed *packed, int32_t batch, int32_t height, int32_t width, const float *input, const float *residual,
  float *output);

/// Releases a prepared convolution.
void fer_dnn_packed_destroy(fer_dnn_packed *packed);

// Normalization by the batch's own mean and variance

/// How many bytes of workspace a rectified normalization records for its backward pass; negative on failure.
int64_t fer_dnn_normalization_workspace(const fer_dnn_shape *shape, float epsilon);

/// output ← activation(scale · (input − mean) / √(variance + epsilon) + shift), channel by channel.
/// Writes mean and (biased) variance, [channels] each. `workspace` may be null for the identity.
int32_t fer_dnn_normalization_forward(
  const fer_dnn_shape *shape, float epsilon, fer_dnn_activation activation, const float *input, const float *scale,
  const float *shift, float *output, float *mean, float *variance, void *workspace);

/// Writes the input's gradient and adds to those of scale and shift. `input_gradient` may be `gradient` itself.
int32_t fer_dnn_normalization_backward(
  const fer_dnn_shape *shape, float epsilon, fer_dnn_activation activation, const float *input, const float *gradient,
  const float *scale, const float *shift, const float *mean, const float *variance, const void *workspace,
  float *input_gradient, float *scale_gradient, float *shift_gradient);

// Elementwise

/// output ← activation(a + b). `output` may be `a` or `b`.
int32_t fer_dnn_add(
  int64_t count, fer_dnn_activation activation, const float *a, const float *b, float *output);

/// inputGradient ← gradient where output > 0, else 0. `input_gradient` may be `gradient` itself.
int32_t fer_dnn_rectifier_backward(
  int64_t count, const float *output, const float *gradient, float *input_gradient);

// Pooling

/// How many bytes record where each maximum came from; negative on failure.
int64_t fer_dnn_maximum_pooling_workspace(const fer_dnn_pooling *pooling);

/// output ← the maximum of each window; the first of equals, row by row, counts. Without a workspace nothing is
/// recorded for a backward pass.
int32_t fer_dnn_maximum_pooling_forward(
  const fer_dnn_pooling *pooling, const float *input, float *output, void *workspace);

/// Writes the input's gradient: each output's gradient goes to where its maximum came from.
int32_t fer_dnn_maximum_pooling_backward(
  const fer_dnn_pooling *pooling, const float *gradient, const void *workspace, float *input_gradient);

/// output ← the mean over height and width, [batch, channels].
int32_t fer_dnn_average_pooling_forward(const fer_dnn_shape *shape, const float *input, float *output);

/// Writes the input's gradient: each channel's gradient spread evenly over height and width.
int32_t fer_dnn_average_pooling_backward(const fer_dnn_shape *shape, const float *gradient, float *input_gradient);

#ifdef __cplusplus
}
#endif

#endif

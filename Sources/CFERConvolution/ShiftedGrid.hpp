#pragma once

#include "Workspace.hpp"

#if FER_DNN_AVAILABLE

#include "Primitives.hpp"

#include <cstdint>
#include <vector>

namespace fer {

/// What `fer_dnn_set_shifts` chose last on this thread.
fer_dnn_shifts shifts();

/// How a 3×3 convolution with a padding of 1 becomes nine of 1×1.
///
/// Pictures are copied, a few at a time, onto a grid with one row and one column more than the output has; what is left
/// over stays zero. There the pixels that one of the nine weights meets, for all outputs in a row, are the grid itself
/// from an offset on: the weight at (a, b) reads the grid shifted by a rows and b columns. Zeros at the end of a row are
/// the padding before the next one as well, and so are rows between pictures. Outputs are computed at the zeros, too, and
/// left behind when the rest is copied out.
///
/// With a stride of 2, an input of even sizes is split by the parity of rows and columns into four planes; each is such
/// a grid.
///
/// What this buys: a 1×1 convolution reads its input in the order in which it lies. The library's kernels for AVX2 come
/// much closer to the processor's peak with it than with 3×3 windows over this layout.
class ShiftedGrid {
public:
  /// Whether a convolution is to be computed so, instead of by the library's implementation of that name.
  static bool replaces(const char *implementation, const fer_dnn_convolution &convolution);

  ShiftedGrid(const fer_dnn_convolution &convolution, int64_t bytesAtOnce);

  int64_t stride, rows, columns;
  int64_t inputChannels, outputChannels;
  int64_t batch, inputHeight, inputWidth, outputHeight, outputWidth;
  /// Pictures that are on the grid at once: their input and output take at most the bytes that were given, or it is one.
  int64_t picturesAtOnce;

  /// Of that many pictures: one plane of the input as a 1×1 convolution sees it, and the output.
  Description plane(int64_t pictures) const { return floats({pictures, inputChannels, rows, columns}, Layout::nhwc); }
  Description output(int64_t pictures) const { return floats({pictures, outputChannels, rows, columns}, Layout::nhwc); }

  /// One of the nine slices of weights, in the order that the library chooses.
  Description anyWeights() const { return floats({outputChannels, inputChannels, 1, 1}, Layout::any); }

  /// Numbers on the grid: all planes, each with the zeros behind its end that shifted reads reach, and the output.
  int64_t inputCount(int64_t pictures) const { return stride * stride * planeCount(pictures); }
  int64_t outputCount(int64_t pictures) const { return pictures * rows * columns * outputChannels; }

  /// The first number of the input that the weight at (a, b) meets.
  int64_t offset(int64_t pictures, int64_t a, int64_t b) const {
    const int64_t plane = a % stride * stride + b % stride, pixel = a / stride * columns + b / stride;
    return plane * planeCount(pictures) + pixel * inputChannels;
  }

private:
  int64_t planeCount(int64_t pictures) const {
    return (pictures * rows * columns + 2 / stride * (columns + 1)) * inputChannels;
  }
};

/// The window of a 1×1 convolution.
inline Window pointwise() { return {{1, 1}, {1, 1}, {0, 0}}; }

/// A prepared copy of parts of one array into another.
class StridedCopy {
public:
  StridedCopy(const Description &from, int64_t fromOffset, const Description &to, int64_t toOffset);

  void operator()(Workspace &workspace, const float *source, float *target) const;

private:
  Description from, to, scratchpad;
  int64_t fromOffset, toOffset;
  dnnl::reorder reorder;
};

/// Brings pictures onto the grid: the copies of all planes.
std::vector<StridedCopy> copiesOfInput(const ShiftedGrid &grid, int64_t pictures);

/// Brings pictures of the output's size onto the output's grid, and back.
StridedCopy copyOntoOutput(const ShiftedGrid &grid, int64_t pictures);
StridedCopy copyOffOutput(const ShiftedGrid &grid, int64_t pictures);

/// The pictures of a batch in the portions that are on the grid at once; only the last may have fewer.
template <class Part>
class Portions {
public:
  template <class Make>
  Portions(const ShiftedGrid &grid, const Make &make)
      : batch(grid.batch), size(grid.picturesAtOnce), whole(make(size)) {
    if (batch % size != 0) rest.push_back(make(batch % size));
  }

  template <class Body>
  void forEach(const Body &body) const {
    for (int64_t first = 0; first < batch; first += size) {
      body(first, batch - first < size ? rest.front() : whole);
    }
  }

private:
  int64_t batch, size;
  Part whole;
  std::vector<Part> rest;
};

}  // namespace fer

#endif

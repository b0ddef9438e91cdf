#include "ShiftedGrid.hpp"

#if FER_DNN_AVAILABLE

#include <algorithm>

namespace fer {
namespace {

thread_local fer_dnn_shifts chosenShifts = fer_dnn_shifts_where_they_pay;

/// Whether a convolution has the form.
bool fits(const fer_dnn_convolution &c) {
  return c.kernel_height == 3 && c.kernel_width == 3 && c.padding_height == 1 && c.padding_width == 1 &&
         c.stride_height == c.stride_width && (c.stride_height == 1 || c.stride_height == 2) &&
         c.input.height % c.stride_height == 0 && c.input.width % c.stride_width == 0 && c.input.batch > 0 &&
         c.input.height > 0 && c.input.width > 0 && c.input.channels > 0 && c.output_channels > 0;
}

/// Each of nine passes reads and writes all sums, which only so many multiply-adds for each of them make up for.
constexpr int32_t fewestChannels = 48;

/// At most `most` pictures of a batch at once, so that all portions have as many, if half of `most` or more divide the
/// batch; otherwise the last one has fewer.
int64_t evenPortion(int64_t batch, int64_t most) {
  if (batch <= most) return batch;
  for (int64_t size = most; 2 * size > most; size--) {
    if (batch % size == 0) return size;
  }
  const int64_t portions = (batch + most - 1) / most;
  return (batch + portions - 1) / portions;
}

/// Pixels of maps that lie densely in NHWC order or on a grid, some of them in every row and column.
Description pixels(
  int64_t pictures, int64_t channels, int64_t height, int64_t width, int64_t pictureStep, int64_t rowStep,
  int64_t columnStep) {
  return Description(
    {pictures, channels, height, width}, dnnl::memory::data_type::f32,
    Dimensions{pictureStep * channels, 1, rowStep * channels, columnStep * channels});
}

Description onGrid(const ShiftedGrid &grid, int64_t pictures, int64_t channels, int64_t height, int64_t width) {
  return pixels(pictures, channels, height, width, grid.rows * grid.columns, grid.columns, 1);
}

/// The first row or column of the input that a plane holds, and where it stands in the plane.
struct First {
  int64_t input, plane;

  First(int64_t parity, int64_t stride) : input(parity - 1), plane(0) {
    if (parity > 0) return;
    input += stride;  // what stands first is the padding
    plane = 1;
  }
};

}  // namespace

fer_dnn_shifts shifts() { return chosenShifts; }

bool ShiftedGrid::replaces(const char *implementation, const fer_dnn_convolution &convolution) {
  if (shifts() == fer_dnn_shifts_never || !fits(convolution)) return false;
  if (shifts() == fer_dnn_shifts_always) return true;
  return isSlowWithoutAVX512(implementation) &&
         std::min(convolution.input.channels, convolution.output_channels) >= fewestChannels;
}

ShiftedGrid::ShiftedGrid(const fer_dnn_convolution &c, int64_t bytesAtOnce)
    : stride(c.stride_height),
      inputChannels(c.input.channels),
      outputChannels(c.output_channels),
      batch(c.input.batch),
      inputHeight(c.input.height),
      inputWidth(c.input.width),
      outputHeight(c.input.height / stride),
      outputWidth(c.input.width / stride) {
  rows = outputHeight + 1;
  columns = outputWidth + 1;
  const int64_t picture = rows * columns * (stride * stride * inputChannels + outputChannels);
  const int64_t bytes = picture * static_cast<int64_t>(sizeof(float));
  picturesAtOnce = evenPortion(batch, std::max<int64_t>(1, bytesAtOnce / bytes));
}

StridedCopy::StridedCopy(const Description &from, int64_t fromOffset, const Description &to, int64_t toOffset)
    : from(from), to(to), fromOffset(fromOffset), toOffset(toOffset) {
  const dnnl::reorder::primitive_desc description(engine(), from, engine(), to, userScratchpad());
  scratchpad = description.scratchpad_desc();
  reorder = dnnl::reorder(description);
}

void StridedCopy::operator()(Workspace &workspace, const float *source, float *target) const {
  reorder.execute(
    workspace.stream, {{DNNL_ARG_FROM, wrap(from, source + fromOffset)},
                       {DNNL_ARG_TO, wrap(to, target + toOffset)},
                       {DNNL_ARG_SCRATCHPAD, workspace.memory(Workspace::scratchpad, scratchpad)}});
}

std::vector<StridedCopy> copiesOfInput(const ShiftedGrid &grid, int64_t pictures) {
  std::vector<StridedCopy> copies;
  for (int64_t a = 0; a < grid.stride; a++) {
    for (int64_t b = 0; b < grid.stride; b++) {
      const First row(a, grid.stride), column(b, grid.stride);
      const int64_t height = (grid.inputHeight - 1 - row.input) / grid.stride + 1;
      const int64_t width = (grid.inputWidth - 1 - column.input) / grid.stride + 1;
      copies.emplace_back(
        pixels(
          pictures, grid.inputChannels, height, width, grid.inputHeight * grid.inputWidth,
          grid.stride * grid.inputWidth, grid.stride),
        (row.input * grid.inputWidth + column.input) * grid.inputChannels,
        onGrid(grid, pictures, grid.inputChannels, height, width),
        grid.offset(pictures, a, b) + (row.plane * grid.columns + column.plane) * grid.inputChannels);
    }
  }
  return copies;
}

StridedCopy copyOntoOutput(const ShiftedGrid &grid, int64_t pictures) {
  return {
    floats({pictures, grid.outputChannels, grid.outputHeight, grid.outputWidth}, Layout::nhwc), 0,
    onGrid(grid, pictures, grid.outputChannels, grid.outputHeight, grid.outputWidth), 0};
}

StridedCopy copyOffOutput(const ShiftedGrid &grid, int64_t pictures) {
  return {
    onGrid(grid, pictures, grid.outputChannels, grid.outputHeight, grid.outputWidth), 0,
    floats({pictures, grid.outputChannels, grid.outputHeight, grid.outputWidth}, Layout::nhwc), 0};
}

}  // namespace fer

extern "C" fer_dnn_shifts fer_dnn_set_shifts(fer_dnn_shifts shifts) {
  const fer_dnn_shifts before = fer::chosenShifts;
  fer::chosenShifts = shifts;
  return before;
}

#endif

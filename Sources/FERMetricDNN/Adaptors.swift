#if OneDNN && os(Linux)
  internal import CFERConvolution
  import FERMetric

  /// Traps with the library's own sentence if a call failed.
  ///
  /// Shapes are checked before the call, so what remains is memory running out or a library without a kernel for them.
  func check(_ status: Int32) {
    // Not a precondition: the library's reason must be readable in release builds, too.
    if status != 0 { fatalError(unsafe String(cString: fer_dnn_message())) }
  }

  /// A size that a failed call reports as negative.
  func checkedSize(_ size: Int64) -> Int {
    check(size < 0 ? -1 : 0)
    return Int(size)
  }

  extension fer_dnn_shape {
    /// An NHWC shape.
    init(_ shape: Shape) {
      self.init(
        batch: Int32(shape[0]), height: Int32(shape[1]), width: Int32(shape[2]), channels: Int32(shape[3]))
    }
  }

  extension fer_dnn_convolution {
    init(_ input: fer_dnn_shape, _ geometry: ConvolutionGeometry) {
      self.init(
        input: input, output_channels: Int32(geometry.outputChannels), kernel_height: Int32(geometry.kernel),
        kernel_width: Int32(geometry.kernel), stride_height: Int32(geometry.stride),
        stride_width: Int32(geometry.stride), padding_height: Int32(geometry.padding),
        padding_width: Int32(geometry.padding))
    }
  }

  extension fer_dnn_pooling {
    init(_ input: Shape, _ window: PoolingWindow) {
      self.init(
        input: fer_dnn_shape(input), kernel_height: Int32(window.size), kernel_width: Int32(window.size),
        stride_height: Int32(window.stride), stride_width: Int32(window.stride), padding_height: Int32(window.padding),
        padding_width: Int32(window.padding))
    }
  }

  // A tensor's elements stay where they are while a tensor that holds them lives. The addresses below are arguments of
  // a single kernel call, made while the caller still holds the tensor.
  extension Tensor<Float> {
    /// Memory of the kernel's own of at least `byteCount` bytes.
    init(workspace byteCount: Int) {
      self.init(uninitialized: [(byteCount + 3) / 4])
    }

    /// Where the elements are read.
    var address: UnsafePointer<Float>? {
      unsafe withUnsafeBufferPointer { $0.baseAddress }
    }

    /// Where the elements are written. Shared memory is copied first.
    var mutableAddress: UnsafeMutablePointer<Float>? {
      mutating get { unsafe withUnsafeMutableBufferPointer { $0.baseAddress } }
    }
  }
#endif

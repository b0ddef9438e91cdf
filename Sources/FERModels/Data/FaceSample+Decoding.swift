extension FaceSample {
  /// Decodes the picture file.
  ///
  /// - Precondition: the source is a file.
  func decodeFile() throws(ImageError) -> RGBImage {
    guard let path else {
      preconditionFailure("sample \(self) has no file; the data set that made it makes its picture")
    }
    return try RGBImage(contentsOf: path)
  }
}

/// When two samples show the same picture.
public enum PictureComparison: String, CaseIterable, Sendable {
  /// Their files hold the same bytes. Needs no decoder, and misses a picture that was saved again.
  case fileBytes
  /// Their pictures decode to the same size and the same pixels.
  case pixels
}

/// The contents of a sample by which it is compared.
struct PictureContents: Hashable {
  private let width: Int
  private let height: Int
  private let bytes: [UInt8]

  init(pixelsOf image: RGBImage) {
    width = image.width
    height = image.height
    bytes = image.pixels
  }

  init(fileBytes: [UInt8]) {
    width = 0
    height = 0
    bytes = fileBytes
  }

  init(of sample: FaceSample, in dataset: some FaceDataset, comparing comparison: PictureComparison) throws {
    switch comparison {
    case .pixels:
      self.init(pixelsOf: try dataset.image(of: sample))
    case .fileBytes:
      guard let path = sample.path else {
        preconditionFailure("sample \(sample) of \(dataset.name) has no file; compare by pixels")
      }
      self.init(fileBytes: try FolderReader.bytes(of: path))
    }
  }

  /// Whether the contents are pixels that are all equal.
  var isUniform: Bool {
    width > 0
      && stride(from: 3, to: bytes.count, by: 3).allSatisfy { start in
        bytes[start] == bytes[0] && bytes[start + 1] == bytes[1] && bytes[start + 2] == bytes[2]
      }
  }

  /// The 64-bit FNV-1a hash: h ← (h ⊕ byte) · 0x100000001b3 from 0xcbf29ce484222325, over width, height and bytes.
  ///
  /// It only finds candidates: whoever drops or reports a picture compares the contents themselves.
  var fingerprint: UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    for size in [width, height] {
      for shift in stride(from: 0, to: 64, by: 8) { mix(UInt8(truncatingIfNeeded: size >> shift)) }
    }
    for byte in bytes { mix(byte) }
    return hash
  }
}

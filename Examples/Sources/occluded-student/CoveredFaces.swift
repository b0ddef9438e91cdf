import FERModels

/// The same faces with their lower half covered, as by a mask or a scarf.
struct CoveredFaces: FaceDataset {
  let faces: SyntheticFaces

  var name: String { "covered faces" }
  var classNames: [String] { faces.classNames }
  func samples(in split: Split) -> [FaceSample] { faces.samples(in: split) }

  func image(of sample: FaceSample) -> RGBImage {
    var image = faces.image(of: sample)
    for row in image.height / 2..<image.height {
      for column in 0..<image.width { image[column, row] = (128, 128, 128) }
    }
    return image
  }
}

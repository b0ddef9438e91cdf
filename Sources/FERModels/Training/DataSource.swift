/// Where the pictures of a run come from and which of them are used, as plain data.
public struct DataSource: Codable, Hashable, Sendable {
  /// The folder; not looked at for drawn faces.
  public var path: String
  /// The arrangement of the folder. ``DatasetLayout/auto`` is resolved when the folder is opened.
  public var layout: DatasetLayout
  /// How the votes of FER+ become labels.
  public var labels: FERPlusLabelRule
  /// The share of the training pictures that becomes the validation split where there is no official one; with 0 there
  /// is none.
  public var validation: Double
  /// By what that share is drawn; nil stands for ``ValidationDraw/byClass``.
  public var validationDraw: ValidationDraw?
  /// The number of training pictures to draw, stratified; nil takes all.
  public var limit: Int?
  /// Whether pictures of the validation split that stand in the training split as well are left out.
  public var dropsDuplicates: Bool
  /// The seed of the two draws.
  public var seed: UInt64
  /// The side of drawn faces in pixels; nil stands for ``drawnSize``.
  public var pictureSize: Int?
  /// What ends the person's name in the names of files, for the layout ``DatasetLayout/folder``: `_` for
  /// `S010_002_00000014.png`. Nil tells no persons.
  public var identitySeparator: Character? {
    get { separatorText.flatMap { $0.count == 1 ? $0.first : nil } }
    set { separatorText = newValue.map { String($0) } }
  }

  /// The separator as a file holds it; of a file by hand it may be longer than one character.
  private var separatorText: String?

  /// The keys in a file; one that is nil is left out, and one that is missing is nil.
  private enum CodingKeys: String, CodingKey {
    case path, layout, labels, validation, validationDraw, limit, dropsDuplicates, seed, pictureSize
    case separatorText = "identitySeparator"
  }

  /// The side of drawn faces unless another is asked for.
  public static let drawnSize = 48

  /// Creates a source.
  ///
  /// - Parameters:
  ///   - path: The folder; not looked at for drawn faces.
  ///   - layout: The arrangement of the folder.
  ///   - labels: How the votes of FER+ become labels.
  ///   - validation: The share of the training pictures to validate on where there is no official split.
  ///   - validationDraw: By what that share is drawn; nil stands for ``ValidationDraw/byClass``.
  ///   - limit: The number of training pictures to draw; nil takes all.
  ///   - dropsDuplicates: Whether duplicates across splits are left out.
  ///   - seed: The seed of the two draws.
  ///   - pictureSize: The side of drawn faces in pixels; nil stands for ``drawnSize``.
  ///   - identitySeparator: What ends the person's name in the names of files; nil tells no persons.
  public init(
    path: String, layout: DatasetLayout = .auto, labels: FERPlusLabelRule = .majority, validation: Double = 0.1,
    validationDraw: ValidationDraw? = nil, limit: Int? = nil, dropsDuplicates: Bool = false, seed: UInt64 = 0,
    pictureSize: Int? = nil, identitySeparator: Character? = nil
  ) {
    self.path = path
    self.layout = layout
    self.labels = labels
    self.validation = validation
    self.validationDraw = validationDraw
    self.limit = limit
    self.dropsDuplicates = dropsDuplicates
    self.seed = seed
    self.pictureSize = pictureSize
    self.identitySeparator = identitySeparator
  }

  /// Opens the folder and makes the selections: validation split, duplicates, limit, in this order.
  ///
  /// - Throws: What keeps the folder from being this data set, or from being split like this.
  /// - Precondition: The validation share lies in 0..<1, and drawn faces have no identity separator.
  public func open() throws -> SelectedDataset {
    let dataset = try dataset()
    var selection =
      switch validationDraw ?? .byClass {
      case .byClass: dataset.stratifiedValidation(fraction: validation, seed: seed)
      case .byPerson: try dataset.validationByPerson(fraction: validation, seed: seed)
      }
    if dropsDuplicates { selection = try selection.droppingDuplicates(from: .validation, presentIn: .train) }
    if let limit { selection = try selection.stratifiedLimit(count: limit, seed: seed) }
    return selection
  }

  /// The source with the layout that its folder has, in place of ``DatasetLayout/auto``.
  ///
  /// - Throws: What keeps the folder from having one.
  public func resolved() throws(DatasetError) -> DataSource {
    guard layout == .auto else { return self }
    var source = self
    source.layout = try DatasetLayout.detect(at: path)
    return source
  }

  /// The whole data set. Drawn faces have RAF-DB's counts, and are the same whatever the seed of the draws.
  private func dataset() throws -> any FaceDataset {
    guard layout == .synthetic else {
      return try layout.open(at: path, labels: labels, identitySeparator: identitySeparator)
    }
    precondition(identitySeparator == nil, "drawn faces have no file names, and so no identity separator")
    return SyntheticFaces(trainCount: 12_271, testCount: 3068, size: pictureSize ?? Self.drawnSize)
  }
}

extension DataSource {
  /// Why no pictures can be taken like this, in a clause, or nil if they can.
  var objection: String? {
    if !(0..<1).contains(validation) { return "the validation share lies in 0..<1, not at \(validation)" }
    if validation == 0 && validationDraw == .byPerson {
      return "a validation split by person takes a share of the pictures above 0"
    }
    if let limit, limit < 1 { return "a limit is a positive number of pictures, not \(limit)" }
    if let pictureSize, !(16...1024).contains(pictureSize) {
      return "drawn faces have 16 to 1024 pixels a side, not \(pictureSize)"
    }
    if let separatorText {
      if separatorText.count != 1 { return "an identity separator is one character, not \(separatorText.excerpt)" }
      if !layout.mayNamePersons {
        return "file names tell no persons in the layout \(layout.rawValue): leave the identity separator out"
      }
    }
    return nil
  }
}

import Foundation

extension BadInput {
  static let list = "data/EmoLabel/list_patition_label.txt"
  static let votes = "data/FER2013Train/label.csv"

  static var folders: [BadInput] {
    [
      BadInput("missing folder", 66, "data") { train($0("data"), $0) },
      BadInput("a file where a folder is due", 66, "data") { place in
        try place.write("data", Data("x".utf8))
        return train(place("data"), place)
      },
      BadInput("empty folder", 65, "data") { place in
        try place.folder.makeFolder("data")
        return train(place("data"), place)
      },
      BadInput("RAF-DB without its list", 66, list) { place in
        try place.makeRAFDB()
        try place.folder.remove(list)
        return train(place("data"), place, "--layout", "raf-db")
      },
      BadInput("RAF-DB without aligned pictures", 66, "data/Image/aligned") { place in
        try place.makeRAFDB()
        try place.folder.remove("data/Image/aligned")
        return train(place("data"), place)
      },
      BadInput("RAF-DB with a picture missing", 66, list + ":5") { place in
        try place.makeRAFDB()
        try place.folder.remove(ToolPlace.picturePath("train_00005"))
        return train(place("data"), place)
      },
      BadInput("FER+ without a split", 66, "data/FER2013Test") { place in
        try place.makeFERPlus()
        try place.folder.remove("data/FER2013Test")
        return train(place("data"), place)
      },
      BadInput("FER+ with a picture missing", 66, votes + ":3") { place in
        try place.makeFERPlus()
        try place.folder.remove("data/FER2013Train/fer0000002.png")
        return train(place("data"), place)
      },
      BadInput("a folder of another layout", 66, list) { train(try $0.makeFERPlus(), $0, "--layout", "raf-db") },
      BadInput("classes without pictures", 65, "data") { place in
        for name in ["train/a", "train/b", "test/a"] { try place.folder.makeFolder("data/" + name) }
        return train(place("data"), place)
      },
      BadInput("a name without a person", 65, "data/train/b/2.png") { place in
        for name in ["a/S1_1", "b/2", "b/S1_3"] { try place.write("data/train/\(name).png", ToolPlace.picture(0)) }
        return train(place("data"), place, "--identity-separator", "_")
      },
      BadInput("persons in a layout found to have none", 65, "data") {
        train(try $0.makeRAFDB(), $0, "--identity-separator", "_")
      },
      BadInput("persons in a layout without them", 64, "=--identity-separator belongs to --layout folder") {
        train(try $0.makeRAFDB(), $0, "--layout", "raf-db", "--identity-separator", "_")
      },
      BadInput("persons of drawn faces by file names", 64, "=--identity-separator belongs to --layout folder") {
        trainDrawn($0, "--identity-separator", "_")
      },
      BadInput("two characters to end a person's name", 64, "=one character") {
        train(try $0.makeRAFDB(), $0, "--identity-separator", "__")
      },
      BadInput("a validation split by unknown persons", 65, "=--identity-separator") {
        train(try $0.makeRAFDB(), $0, "--validation", "0.3", "--validation-by", "person")
      },
      BadInput("no validation split, by person", 64, "=above 0") { trainDrawn($0, "--validation-by", "person") },
      BadInput("fewer pictures than classes", 65, "=3 training pictures cannot show 7 classes") {
        train(try $0.makeRAFDB(), $0, "--limit-train", "3")
      },
      BadInput("verifying a missing folder", 66, "data") { ["verify", "--data", $0("data")] },
      BadInput("verifying drawn faces", 65, "data") { place in
        try place.folder.makeFolder("data")
        return ["verify", "--data", place("data"), "--layout", "synthetic"]
      },
      BadInput("verifying persons in a layout without them", 64, "=--identity-separator belongs to --layout folder") {
        ["verify", "--data", try $0.makeRAFDB(), "--layout", "raf-db", "--identity-separator", "_"]
      },
      BadInput("verifying persons in a layout found to have none", 65, "data") {
        ["verify", "--data", try $0.makeRAFDB(), "--identity-separator", "_"]
      },
      BadInput("verifying names without persons", 65, "data: 1 errors and 0 warnings") { place in
        for (index, name) in ["a/S1_1", "b/2", "b/S1_3"].enumerated() {
          try place.write("data/train/\(name).png", ToolPlace.picture(index))
        }
        return ["verify", "--data", place("data"), "--identity-separator", "_"]
      },
      BadInput("verifying a faulty set", 65, "data") { ["verify", "--data", try $0.makeRAFDB { $0[3] += "1" }] },
    ]
  }

  static var lists: [BadInput] {
    [
      BadInput("label above the classes", 65, list + ":2") {
        train(try $0.makeRAFDB { $0[1] = "train_00002.jpg 8" }, $0)
      },
      BadInput("label below the classes", 65, list + ":2") {
        train(try $0.makeRAFDB { $0[1] = "train_00002.jpg 0" }, $0)
      },
      BadInput("label that is no number", 65, list + ":1") {
        train(try $0.makeRAFDB { $0[0] = "train_00001.jpg x" }, $0)
      },
      BadInput("row of three cells", 65, list + ":4") { train(try $0.makeRAFDB { $0[3] += " 5" }, $0) },
      BadInput("row of one cell", 65, list + ":4") { train(try $0.makeRAFDB { $0[3] = "train_00004.jpg" }, $0) },
      BadInput("name of no split", 65, list + ":6") { train(try $0.makeRAFDB { $0[5] = "face_00006.jpg 6" }, $0) },
      BadInput("picture listed twice", 65, list + ":22") { train(try $0.makeRAFDB { $0.append($0[2]) }, $0) },
      BadInput("no test picture", 65, list) { train(try $0.makeRAFDB { $0.removeLast(7) }, $0) },
      BadInput("class without a picture", 65, list) { place in
        train(try place.makeRAFDB { lines in lines.removeAll { $0.hasPrefix("train") && $0.hasSuffix(" 7") } }, place)
      },
      BadInput("empty list", 65, list) { train(try $0.makeRAFDB { $0 = [] }, $0) },
      BadInput("bad row among carriage returns", 65, votes + ":5") {
        train(try $0.makeFERPlus(ending: "\r\n") { $0[4] = "fer0000004.png,1,2" }, $0)
      },
      BadInput("bad row behind a byte-order mark", 65, votes + ":1") {
        train(
          try $0.makeFERPlus(prefix: "\u{FEFF}") { $0[0] = $0[0].replacing(",0", with: ",zero", maxReplacements: 1) },
          $0)
      },
      BadInput("quote that never closes", 65, votes + ":8") {
        train(try $0.makeFERPlus { $0[7] = $0[7].replacing("48)\"", with: "48)") }, $0)
      },
      BadInput("rectangle without its quotes", 65, votes + ":3") {
        train(try $0.makeFERPlus { $0[2] = $0[2].replacing("\"", with: "") }, $0)
      },
      BadInput("negative votes", 65, votes + ":7") {
        train(try $0.makeFERPlus { $0[6] = $0[6].replacing(",10", with: ",-10") }, $0)
      },
    ]
  }

  #if ImageCodecs
    static var pictures: [BadInput] {
      [
        spoiled("empty picture") { _ in Data() },
        spoiled("truncated picture") { $0.prefix($0.count / 2) },
        spoiled("picture without its last byte") { $0.dropLast() },
        spoiled("WEBP named jpg") { _ in Data("RIFF\u{10}\0\0\0WEBPVP8 \0\0\0\0".utf8) },
        spoiled("web page named jpg") { _ in Data("<!DOCTYPE html><html></html>".utf8) },
        spoiled("pointer of Git LFS named jpg") { _ in Data("version https://git-lfs.github.com/spec/v1\n".utf8) },
        spoiled("text named jpg") { _ in Data("portrait".utf8) },
        BadInput("folder named jpg", 74, ToolPlace.picturePath("train_00003")) { place in
          try place.makeRAFDB()
          try place.folder.remove(ToolPlace.picturePath("train_00003"))
          try place.folder.makeFolder(ToolPlace.picturePath("train_00003"))
          return train(place("data"), place)
        },
      ]
    }
  #else
    static var pictures: [BadInput] { [] }
  #endif

  /// A training picture that is replaced; the training ends at it, and the state before the first step stands.
  private static func spoiled(_ name: String, _ change: @escaping (Data) -> Data) -> BadInput {
    BadInput(name, 65, ToolPlace.picturePath("train_00003")) { place in
      try place.makeRAFDB()
      let picture = ToolPlace.picturePath("train_00003")
      let data = try Data(contentsOf: URL(filePath: place(picture)))
      try place.folder.remove(picture)
      try place.write(picture, change(data))
      return train(place("data"), place)
    }
  }
}

import Testing

@testable import FERModels

@Suite struct FileStoreTests {
  @Test func foldersOfPaths() {
    let expected = [
      "r": "", "run": "", "a/b": "a", "/a": "/", "/a/b": "/a", "a/b/": "a", "a//b": "a", "./r": ".", "/": "", "": "",
      "//a": "/",
    ]
    for (path, folder) in expected { #expect(FileStore.folder(of: path) == folder, "\(path)") }
  }
}

/// The free parts of a region of memory, in the order of their addresses.
///
/// A part that was in use waits for reuse; a fresh one takes none of the machine's memory yet. Adjacent parts of one
/// kind are one part. Requests are few next to the work that is done on the memory: every search is linear in the
/// number of parts.
struct FreeParts {
  struct Part: Equatable {
    var start: Int
    var byteCount: Int
    var isFresh: Bool
    var end: Int { start + byteCount }
  }

  private(set) var parts: [Part]
  /// Bytes of parts that wait for reuse.
  private(set) var waitingBytes = 0

  /// All of a fresh region.
  init(byteCount: Int) { parts = [Part(start: 0, byteCount: byteCount, isFresh: true)] }

  /// Takes bytes out of the smallest waiting part that has them, and of those the first; `nil` if none has.
  mutating func takeWaiting(_ byteCount: Int) -> Int? {
    var best: Int?
    for (i, part) in parts.enumerated() where !part.isFresh && part.byteCount >= byteCount {
      if best == nil || part.byteCount < parts[best!].byteCount { best = i }
    }
    guard let best else { return nil }
    let start = parts[best].start
    take(byteCount, from: best)
    return start
  }

  /// Takes bytes out of the first adjacent parts of both kinds that have them; `nil` if there are none.
  mutating func takeAny(_ byteCount: Int) -> Int? {
    var first = 0
    for i in parts.indices {
      if i > 0 && parts[i - 1].end != parts[i].start { first = i }
      guard parts[i].end - parts[first].start >= byteCount else { continue }
      let start = parts[first].start
      var rest = byteCount
      while rest > 0 {
        let piece = min(rest, parts[first].byteCount)
        take(piece, from: first)
        rest -= piece
      }
      return start
    }
    return nil
  }

  /// Takes bytes from the beginning of a part.
  private mutating func take(_ byteCount: Int, from index: Int) {
    if !parts[index].isFresh { waitingBytes -= byteCount }
    if parts[index].byteCount == byteCount {
      parts.remove(at: index)
    } else {
      parts[index].start += byteCount
      parts[index].byteCount -= byteCount
    }
  }

  /// Gives bytes that were taken back; they wait for reuse.
  mutating func put(_ start: Int, byteCount: Int) {
    let index = parts.firstIndex { $0.start > start } ?? parts.endIndex
    precondition(
      (index == 0 || parts[index - 1].end <= start)
        && (index == parts.endIndex || start + byteCount <= parts[index].start),
      "memory that is free already was released")
    waitingBytes += byteCount
    parts.insert(Part(start: start, byteCount: byteCount, isFresh: false), at: index)
    merge(index, with: index + 1)
    if index > 0 { merge(index - 1, with: index) }
  }

  /// Makes every waiting part fresh, and says which they were.
  mutating func refresh() -> [Part] {
    let waiting = parts.filter { !$0.isFresh }
    waitingBytes = 0
    for i in parts.indices { parts[i].isFresh = true }
    for i in parts.indices.dropFirst().reversed() { merge(i - 1, with: i) }
    return waiting
  }

  private mutating func merge(_ index: Int, with next: Int) {
    guard next < parts.endIndex, parts[index].end == parts[next].start, parts[index].isFresh == parts[next].isFresh
    else { return }
    parts[index].byteCount += parts[next].byteCount
    parts.remove(at: next)
  }
}

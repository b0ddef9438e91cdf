internal import FERMetric

/// The cut of one person's examples into groups that show as many of the person's classes as they can.
enum PersonGroups {
  /// Cuts the examples.
  ///
  /// A class of c examples can stand in min(c, g) of g groups. Examples dealt to the groups in turn, class after class,
  /// reach this number for every class; classes that are in every group come last, so that the others are spread evenly.
  /// A place that is left takes an example that stands least often in its group, of a class that does, and of those the
  /// one shown least so far.
  ///
  /// - Parameters:
  ///   - members: The positions of the person's examples, each of which is dealt once.
  ///   - labels: The class of each example of the data set.
  ///   - count: The number of groups.
  ///   - samples: The places of a group.
  ///   - generator: Chooses among cuts of equal merit.
  /// - Precondition: There are members, and the groups have a place for each.
  /// - Complexity: O(n log n) for n members, and O(n) for each place that shows one again.
  static func cut(
    _ members: [Int], labels: [Int], count: Int, samples: Int, using generator: inout SeededGenerator
  ) -> [[Int]] {
    var members = members
    generator.shuffle(&members)
    let byClass = Dictionary(grouping: members) { labels[$0] }
    var classes = byClass.sorted { $0.key < $1.key }.map(\.value)
    generator.shuffle(&classes)
    members = Array((classes.filter { $0.count < count } + classes.filter { $0.count >= count }).joined())
    var groups = [[Int]](repeating: [], count: count)
    for place in members.indices { groups[place % count].append(place) }
    var shown = [Int](repeating: 1, count: members.count)
    for group in groups.indices where groups[group].count < samples {
      fill(&groups[group], to: samples, classes: members.map { labels[$0] }, shown: &shown)
    }
    return groups.map { $0.map { members[$0] } }
  }

  /// Fills a group of places in the person's examples.
  private static func fill(_ group: inout [Int], to samples: Int, classes: [Int], shown: inout [Int]) {
    var standing = [Int](repeating: 0, count: classes.count)
    var ofClass: [Int: Int] = [:]
    for place in group {
      standing[place] += 1
      ofClass[classes[place], default: 0] += 1
    }
    func rank(_ place: Int) -> (Int, Int, Int, Int) {
      (standing[place], ofClass[classes[place], default: 0], shown[place], place)
    }
    while group.count < samples, let next = classes.indices.min(by: { rank($0) < rank($1) }) {
      group.append(next)
      standing[next] += 1
      ofClass[classes[next], default: 0] += 1
      shown[next] += 1
    }
  }
}

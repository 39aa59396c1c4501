/// Finds the name that was probably meant.
public enum Nearest {
  /// The candidate nearest to `name`, or nil when none is near enough to be worth naming.
  ///
  /// Near enough is a third of the letters, at least one, at most three; among equals the first in order.
  public static func name(to name: String, among candidates: some Sequence<String>) -> String? {
    let letters = Array(name.unicodeScalars.prefix(64))
    var best: (name: String, distance: Int)?
    for candidate in candidates where candidate != name {
      let other = Array(candidate.unicodeScalars.prefix(64))
      let limit = min(3, max(1, max(letters.count, other.count) / 3))
      guard abs(letters.count - other.count) <= limit else { continue }
      let distance = distance(letters, other)
      guard distance <= limit else { continue }
      if let known = best, (known.distance, known.name) <= (distance, candidate) { continue }
      best = (candidate, distance)
    }
    return best?.name
  }

  /// A hint that names the nearest candidate, or lists the candidates when there are few, or nil.
  public static func hint(for name: String, among candidates: some Sequence<String>) -> String? {
    if let near = self.name(to: name, among: candidates) { return "did you mean `\(near)`?" }
    let all = Array(candidates)
    guard !all.isEmpty, all.count <= 12 else { return nil }
    return "there is \(all.joined(separator: ", "))"
  }

  /// The number of letters to insert, remove, replace or swap with a neighbour to get from one to the other.
  ///
  /// Algorithm: Damerau and Levenshtein, the restricted form ("optimal string alignment").
  public static func distance(_ a: String, _ b: String) -> Int {
    distance(Array(a.unicodeScalars), Array(b.unicodeScalars))
  }

  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    guard !a.isEmpty else { return b.count }
    guard !b.isEmpty else { return a.count }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    var current = last
    for i in 1...a.count {
      current[0] = i
      for j in 1...b.count {
        let replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
        var cost = min(last[j] + 1, current[j - 1] + 1, replaced)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { cost = min(cost, beforeLast[j - 2] + 1) }
        current[j] = cost
      }
      (beforeLast, last, current) = (last, current, beforeLast)
    }
    return last[b.count]
  }
}

import ConsentModel
import ConsentSource

/// Collects what is wrong while files are read.
final class Report {
  private(set) var diagnostics: [Diagnostic] = []

  func error(at mark: Mark, _ message: String, hint: String? = nil) {
    diagnostics.append(Diagnostic(.error, at: mark, message, hint: hint))
  }

  func warning(at mark: Mark, _ message: String, hint: String? = nil) {
    diagnostics.append(Diagnostic(.warning, at: mark, message, hint: hint))
  }

  func add(_ more: [Diagnostic]) { diagnostics += more }

  /// A name that nothing has: names the nearest one.
  ///
  /// - Parameter owner: what it would belong to, for example ``of `training` ``; empty when nothing.
  func missing(_ what: String, _ ref: Ref, _ owner: String = "", among names: some Sequence<String>) {
    let rest = owner.isEmpty ? "" : " " + owner
    error(at: ref.mark, "there is no \(what) `\(ref.name)`\(rest)", hint: Nearest.hint(for: ref.name, among: names))
  }
}

/// A name where it is written.
struct Ref: Hashable, Sendable {
  var name: String
  var mark: Mark

  init(_ name: String, at mark: Mark) {
    self.name = name
    self.mark = mark
  }

  init?(_ node: Node) {
    guard let text = node.scalar else { return nil }
    self.init(text, at: node.mark)
  }
}

/// The parts of a mapping that passed the table: known names, right types.
struct Fields {
  let mark: Mark
  private var nodes: [String: Node] = [:]

  /// Reads a mapping by the table of a place; what does not pass is reported and left out.
  init?(_ node: Node, _ place: Schema.Place, what: String, _ report: Report) {
    mark = node.mark
    guard let entries = node.mapping else {
      report.error(at: node.mark, "\(what) has to be a mapping, not \(node.kindWord)", hint: "write `name: value`")
      return nil
    }
    let keys = Schema.keys(of: place)
    for entry in entries {
      guard let key = keys[entry.key] else {
        let hint = Nearest.hint(for: entry.key, among: keys.keys.sorted())
        report.error(at: entry.mark, "unknown key `\(entry.key)` in \(what)", hint: hint)
        continue
      }
      if let problem = key.type.problem(with: entry.value, key: entry.key) {
        report.add([problem])
        continue
      }
      nodes[entry.key] = entry.value
    }
    let missing = keys.values.filter { key in key.isRequired && !entries.contains { $0.key == key.name } }
    for key in missing.sorted(by: { $0.name < $1.name }) {
      report.error(at: node.mark, "\(what) needs `\(key.name)`", hint: "\(key.doc): \(key.type.words)")
    }
  }

  func has(_ key: String) -> Bool { nodes[key] != nil }
  func node(_ key: String) -> Node? { nodes[key] }
  func string(_ key: String) -> String? { nodes[key]?.scalar }
  func ref(_ key: String) -> Ref? { nodes[key].flatMap { Ref($0) } }
  func refs(_ key: String) -> [Ref]? { nodes[key]?.sequence?.compactMap { Ref($0) } }
  func flag(_ key: String) -> Bool? { nodes[key]?.scalar.flatMap { yesOrNo($0) } }
  func integer(_ key: String) -> Int? { nodes[key]?.scalar.flatMap { wholeNumber($0) } }
  func date(_ key: String) -> Day? { nodes[key]?.scalar.flatMap { Day($0) } }
  func entries(_ key: String) -> [Node.Entry]? { nodes[key]?.mapping }
  func items(_ key: String) -> [Node]? { nodes[key]?.sequence }

  /// The position of the word in the list of words.
  func word(_ key: String, in words: [String]) -> Int? {
    nodes[key]?.scalar.flatMap { words.firstIndex(of: $0) }
  }
}

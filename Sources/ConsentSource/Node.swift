/// A part of a source file: raw text, a list, or named parts in the order in which they were written.
///
/// Text is never interpreted: `No`, `1.0` and `2025-08-28` are these characters.
public struct Node: Hashable, Sendable {
  /// Where it begins.
  public var mark: Mark
  /// What it is.
  public var content: Content

  /// What a node is.
  public enum Content: Hashable, Sendable {
    /// Text.
    case scalar(String)
    /// A list.
    case sequence([Node])
    /// Named parts, each name once.
    case mapping([Entry])
  }

  /// A named part.
  public struct Entry: Hashable, Sendable {
    /// Its name.
    public var key: String
    /// Where its name stands.
    public var mark: Mark
    /// The part.
    public var value: Node

    /// A named part.
    public init(key: String, mark: Mark, value: Node) {
      self.key = key
      self.mark = mark
      self.value = value
    }
  }

  /// A node at a place.
  public init(mark: Mark, _ content: Content) {
    self.mark = mark
    self.content = content
  }

  /// Its text, or nil when it is not text.
  public var scalar: String? {
    if case .scalar(let text) = content { text } else { nil }
  }

  /// Its items, or nil when it is not a list.
  public var sequence: [Node]? {
    if case .sequence(let items) = content { items } else { nil }
  }

  /// Its named parts, or nil when it has none.
  public var mapping: [Entry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// What it is, in a word for messages.
  public var kindWord: String {
    switch content {
    case .scalar(let text): text.isEmpty ? "nothing" : "text"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  /// The part with this name, or nil.
  public subscript(key: String) -> Node? {
    mapping?.first { $0.key == key }?.value
  }
}

/// How much a source file may hold; a file beyond it is refused with a diagnostic.
public struct SourceLimits: Sendable {
  /// The largest file in bytes.
  public var bytes = 1 << 20
  /// How deep lists and mappings may lie in each other.
  public var depth = 40
  /// How many nodes a file may have.
  public var nodes = 100_000

  /// The limits for screen files: 1 MiB, 40 levels, 100,000 nodes.
  public init() {}
}

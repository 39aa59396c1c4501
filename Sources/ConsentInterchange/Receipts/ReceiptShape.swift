import ConsentModel
import ConsentJournal

/// What a value of a receipt has to be.
indirect enum ReceiptShape: Sendable {
  /// A text that is not empty.
  case text
  /// Exactly this text.
  case exactly(String)
  /// One of these texts.
  case oneOf([String])
  /// A whole number, 0 or more.
  case whole
  /// true or false.
  case bool
  /// A moment, UTC, `2025-09-28T12:00:00.000Z`.
  case time
  /// A list of at least so many.
  case list(ReceiptShape, atLeast: Int)
  /// An object with these members; others may stand beside them.
  case object([Field])
  /// One value, or a list of at least one (JSON-LD).
  case some(ReceiptShape)
  /// `{"@id": …}`, of this address or of any.
  case reference(String?)

  /// A member of an object.
  struct Field: Sendable {
    var key: String
    var shape: ReceiptShape
    var isRequired = true

    init(_ key: String, _ shape: ReceiptShape, isRequired: Bool = true) {
      self.key = key
      self.shape = shape
      self.isRequired = isRequired
    }
  }

  /// Required members of one shape.
  static func fields(_ keys: [String], _ shape: ReceiptShape) -> [Field] { keys.map { Field($0, shape) } }
}

/// Something about a receipt that is not as it has to be.
public struct ReceiptProblem: Hashable, Sendable {
  /// The line, from 1; of something that is missing, that of the object that lacks it.
  public var line: Int
  /// The way to it, for example `services[0].purposes[1].termination`; empty for the whole.
  public var path: String
  /// What is wrong.
  public var words: String

  /// A problem at a place.
  public init(line: Int, path: String, words: String) {
    self.line = line
    self.path = path
    self.words = words
  }
}

extension ReceiptShape {
  /// Adds everything in which a value is not of this shape.
  func check(_ node: ReceiptNode, _ path: String, into problems: inout [ReceiptProblem]) {
    func expect(_ holds: Bool, _ what: String) {
      guard !holds else { return }
      problems.append(ReceiptProblem(line: node.line, path: path, words: "expected \(what), found \(node.kind)"))
    }
    switch self {
    case .text: expect(node.text?.contains { !$0.isWhitespace } ?? false, "a text that is not empty")
    case .exactly(let text): expect(node.text == text, "the text \"\(text)\"")
    case .oneOf(let texts): expect(node.text.map(texts.contains) ?? false, "one of \(texts.joined(separator: ", "))")
    case .whole:
      if case .number(_, let value?) = node.value {
        expect(value >= 0, "0 or more")
      } else {
        expect(false, "a whole number")
      }
    case .bool: expect(node.bool != nil, "true or false")
    case .time:
      expect(
        node.text.flatMap { WallClock.milliseconds(of: $0) } != nil, "a time like 2025-09-28T12:00:00.000Z")
    case .list(let shape, let atLeast):
      guard case .list(let items) = node.value else { return expect(false, "a list") }
      expect(items.count >= atLeast, "a list of at least \(atLeast)")
      for (index, item) in items.enumerated() { shape.check(item, "\(path)[\(index)]", into: &problems) }
    case .some(let shape):
      guard case .list(let items) = node.value else { return shape.check(node, path, into: &problems) }
      expect(!items.isEmpty, "at least one value")
      for (index, item) in items.enumerated() { shape.check(item, "\(path)[\(index)]", into: &problems) }
    case .reference(let address):
      guard case .object = node.value, let found = node["@id"]?.text, !found.isEmpty else {
        return expect(false, "an object with \"@id\"")
      }
      guard let address, found != address else { return }
      problems.append(
        ReceiptProblem(
          line: node.line, path: "\(path).@id", words: "expected \(address), found \(found.quotedAsJSON)"))
    case .object(let fields):
      guard case .object(let members) = node.value else { return expect(false, "an object") }
      for field in fields { ReceiptShape.check(field, of: node, members.map(\.key), path, into: &problems) }
    }
  }

  private static func check(
    _ field: Field, of node: ReceiptNode, _ keys: [String], _ path: String, into problems: inout [ReceiptProblem]
  ) {
    let place = path.isEmpty ? field.key : "\(path).\(field.key)"
    if let member = node[field.key] { return field.shape.check(member, place, into: &problems) }
    guard field.isRequired else { return }
    let like = keys.first { $0.lowercased() == field.key.lowercased() }
    let hint = like.map { "; \($0.quotedAsJSON) is spelled otherwise" } ?? ""
    problems.append(ReceiptProblem(line: node.line, path: place, words: "missing\(hint)"))
  }
}

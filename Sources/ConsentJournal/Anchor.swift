/// How far a journal or a study had come at some moment, to be kept where nobody who can change them can change it.
///
/// As text it is one line of JSON with one spelling:
/// `{"anchor":1,"of":"study","links":12,"head":"…"}` or
/// `{"anchor":1,"of":"journal","begins":"…","lines":7,"head":"…"}`, with `"public_key"` and `"signature"` before the closing
/// brace when it is signed. The signature, Ed25519, covers the line up to those two members.
public struct Anchor: Hashable, Sendable {
  /// What it is an anchor of.
  public var subject: Subject
  /// The last value of the chain.
  public var head: Digest256
  /// Who vouches for it, or nil.
  public var signature: Signature?

  /// What an anchor is of.
  public enum Subject: Hashable, Sendable {
    /// A journal, known by the chain after its first line; so many whole lines stood in it.
    case journal(begins: Digest256, lines: Int)
    /// The study chain; so many links stood in it.
    case study(links: Int)
    /// A head that was noted without saying of what.
    case anything
  }

  /// An Ed25519 signature and the key that checks it.
  public struct Signature: Hashable, Sendable {
    /// The public key.
    public var publicKey: Digest256
    /// The first half of the signature.
    var first: Digest256
    /// The second half of the signature.
    var second: Digest256
  }

  /// An anchor without a signature.
  public init(_ subject: Subject, head: Digest256) {
    self.subject = subject
    self.head = head
  }

  /// The anchor of a journal as it is now; a torn last line does not count.
  ///
  /// Throws `JournalError.broken` where the journal is.
  public init(ofJournal path: String) throws(JournalError) {
    let reader = try JournalReader(path)
    let begins = reader.chain
    while try reader.next() != nil {}
    self.init(.journal(begins: begins, lines: reader.lineNumber), head: reader.chain)
  }

  /// The anchor that a line spells, without its newline; throws what is wrong with it.
  public init(_ line: [UInt8]) throws(JournalFault) {
    self = try line.withRaw { (raw) throws(JournalFault) in
      var reader = LineReader(raw)
      let (anchor, covered) = try reader.anchor()
      guard anchor.signed.elementsEqual(raw[..<covered]) else { throw .spelling(byte: 1) }
      return anchor
    }
  }

  /// The bytes that a signature covers.
  var signed: [UInt8] {
    var line = LineWriter()
    line.anchor(self)
    return line.bytes
  }

  /// The line, without a newline.
  public var line: String {
    var text = String(decoding: signed, as: UTF8.self)
    if let signature {
      text += ",\"public_key\":\"\(signature.publicKey.hex)\""
      text += ",\"signature\":\"\(signature.first.hex)\(signature.second.hex)\""
    }
    return text + "}"
  }
}

/// Anchors that were deposited, held against journals and studies.
public struct Deposit: Sendable {
  /// The anchors in their order.
  public let anchors: [Anchor]
  /// For each whether something was found that it is of, be it as it was or not.
  public private(set) var isMet: [Bool]

  /// The largest file of anchors in bytes.
  private static let maximumBytes = 1 << 24

  /// These anchors.
  public init(_ anchors: [Anchor]) {
    self.anchors = anchors
    isMet = Array(repeating: false, count: anchors.count)
  }

  /// The anchors in a file, one a line; or one head, when it is spelled in place of a path, as 64 hexadecimal digits.
  ///
  /// Throws `JournalError.broken` with the line that is no anchor.
  public init(_ place: String) throws(JournalError) {
    if let head = Digest256(hex: place) {
      self.init([Anchor(.anything, head: head)])
      return
    }
    guard let bytes = try FileAccess.contents(of: place, limit: Deposit.maximumBytes) else {
      throw .system("open", path: place, errno: 2)
    }
    var anchors: [Anchor] = []
    for (index, line) in bytes.split(separator: 0x0A).enumerated() {
      do throws(JournalFault) {
        if let head = Digest256(hex: String(decoding: line, as: UTF8.self)) {
          anchors.append(Anchor(.anything, head: head))
        } else {
          anchors.append(try Anchor(Array(line)))
        }
      } catch {
        throw .broken(line: index + 1, error)
      }
    }
    guard !anchors.isEmpty else { throw .broken(line: 1, .form(byte: 1, expected: "an anchor")) }
    self.init(anchors)
  }

  /// Holds a journal that is complete or unfinished against the anchors that are of it.
  ///
  /// - Returns: the line, counted from 1, that is not as it was anchored; nil when all is as it was.
  public mutating func check(journal path: String) throws(JournalError) -> (line: Int, fault: JournalFault)? {
    let reader = try JournalReader(path)
    let begins = reader.chain
    var open: [(lines: Int, head: Digest256)] = []
    var anywhere: [Int] = []
    for (index, anchor) in anchors.enumerated() {
      switch anchor.subject {
      case .journal(begins, let lines):
        isMet[index] = true
        open.append((lines, anchor.head))
      case .anything: anywhere.append(index)
      case .journal, .study: continue
      }
    }
    guard !open.isEmpty || !anywhere.isEmpty else { return nil }
    var line: Int
    repeat {
      line = reader.lineNumber
      for index in anywhere where anchors[index].head == reader.chain { isMet[index] = true }
      if let anchored = open.first(where: { $0.lines == line && $0.head != reader.chain }) {
        return (line, .notAnchored(expected: anchored.head, found: reader.chain))
      }
    } while try reader.next() != nil
    guard let longest = open.map(\.lines).max(), longest > line else { return nil }
    return (line + 1, .cut(anchored: longest, found: line))
  }

  /// Holds the study chain against the anchors that are of a study.
  ///
  /// - Parameter links: the links in their order.
  /// - Returns: what is not as it was anchored, in words; nothing when all is.
  public mutating func check(links: [Digest256]) -> [String] {
    var problems: [String] = []
    for (index, anchor) in anchors.enumerated() {
      switch anchor.subject {
      case .journal: continue
      case .anything: if links.contains(anchor.head) { isMet[index] = true }
      case .study(let count):
        isMet[index] = true
        if count > links.count {
          problems.append("cut off: \(links.count) links are left of the \(count) that were anchored")
        } else if count > 0, links[count - 1] != anchor.head {
          problems.append("link \(count) is not the one that was anchored")
        }
      }
    }
    return problems
  }
}

/// What is looked for in the bytes of a file before the parser sees them.
enum Prescan {
  /// At most this many problems of one file are told; the rest are of the same kind.
  private static let most = 20

  /// Everything in the bytes that keeps them from the parser: broken UTF-8, characters that no file may hold, anchors.
  static func problems(_ bytes: [UInt8], file: String) -> [Diagnostic] {
    var found: [Diagnostic] = []
    var line = 1
    var column = 1
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var before: Unicode.Scalar = "\n"
    var sigil: (scalar: Unicode.Scalar, mark: Mark)?
    func add(_ message: String, _ hint: String, at mark: Mark) {
      if found.count < most { found.append(Diagnostic(at: mark, message, hint: hint)) }
    }
    scan: while true {
      switch decoder.decode(&iterator) {
      case .emptyInput:
        break scan
      case .error:
        add(
          "these bytes are not UTF-8", "save the file as UTF-8", at: Mark(file: file, line: line, column: column))
        if found.count >= most { break scan }
        column += 1
        before = "\u{FFFD}"
        sigil = nil
      case .scalarValue(let scalar):
        // An anchor or alias is a sigil at the start of a word; inside a word it is text. Seen this way nothing that
        // the parser takes for an anchor slips through, whatever the quoting.
        if let (character, mark) = sigil, isWord(scalar) {
          let what = character == "&" ? "anchors (`&`)" : "aliases (`*`)"
          add("\(what) are not used here", "write the part out; in a text put a space after the sign", at: mark)
        }
        let mark = Mark(file: file, line: line, column: column)
        sigil = (scalar == "&" || scalar == "*") && !isWord(before) ? (scalar, mark) : nil
        if ForbiddenScalars.contains(scalar) {
          let hint =
            scalar == "\r" ? "save the file with line feeds only" : "remove it; a text cannot act on a terminal"
          add("the file holds \(ForbiddenScalars.name(of: scalar))", hint, at: mark)
          if found.count >= most { break scan }
        }
        before = scalar
        if scalar == "\n" {
          line += 1
          column = 1
        } else {
          column += 1
        }
      }
    }
    return found
  }

  /// What the parser takes for a part of an anchor's name: letters, digits, `-` and `_`.
  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
    default: false
    }
  }
}

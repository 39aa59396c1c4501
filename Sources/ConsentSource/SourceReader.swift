import Yams

/// Reads the bytes of a YAML file into nodes and says all that is wrong with it; hostile bytes are the normal case.
public enum SourceReader {
  /// The root of the file, or nil when it cannot be read at all; what is wrong is added to `diagnostics`.
  ///
  /// Anchors, aliases, tags, complex keys and a second document are refused: screen files have one spelling a thing,
  /// and without aliases a small file stays a small tree.
  ///
  /// - Parameters:
  ///   - bytes: the file's content.
  ///   - file: how the file is named to its author.
  ///   - limits: what is refused as too much.
  public static func parse(
    _ bytes: [UInt8], file: String, limits: SourceLimits = SourceLimits(), into diagnostics: inout [Diagnostic]
  ) -> Node? {
    guard bytes.count <= limits.bytes else {
      diagnostics.append(tooLarge(file: file, limits: limits))
      return nil
    }
    let found = Prescan.problems(bytes, file: file)
    guard found.isEmpty else {
      diagnostics += found
      return nil
    }
    let text = String(decoding: bytes, as: UTF8.self)
    do {
      guard let root = try Yams.compose(yaml: text, .basic, .default, .utf8) else {
        diagnostics.append(Diagnostic(at: Mark(file: file), "the file is empty", hint: "begin with `format: 1`"))
        return nil
      }
      var converter = Converter(file: file, limits: limits)
      let node = converter.node(root, depth: 1)
      diagnostics += converter.diagnostics
      return converter.isCut ? nil : node
    } catch let error as YamlError {
      diagnostics += describe(error, text: text, file: file)
    } catch {
      diagnostics.append(Diagnostic(at: Mark(file: file), "the file cannot be read as YAML"))
    }
    return nil
  }

  static func tooLarge(file: String, limits: SourceLimits) -> Diagnostic {
    Diagnostic(
      at: Mark(file: file), "the file has more than \(limits.bytes) bytes",
      hint: "split it, or check that this is the file you meant")
  }

  private static func describe(_ error: YamlError, text: String, file: String) -> [Diagnostic] {
    func one(_ problem: String, _ mark: Yams.Mark?, _ hint: String? = nil) -> [Diagnostic] {
      let place = Mark(file: file, line: max(1, mark?.line ?? 1), column: max(1, mark?.column ?? 1))
      return [Diagnostic(at: place, "not YAML: \(problem)", hint: hint)]
    }
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
      return one(problem, mark, context.map { "\($0.text) in line \($0.mark.line)" })
    case .composer(_, let problem, let mark, _):
      return one(problem, mark)
    case .reader(let problem, _, _, _):
      return one(problem, nil)
    case .duplicatedKeysInMapping(let names, let context):
      return duplicates(names, first: context.mark, text: text, file: file)
    case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      return one("the file cannot be read", nil)
    }
  }

  /// The parser names the repeated keys and the place of the first one; the second place is the more useful one.
  private static func duplicates(_ names: [String], first: Yams.Mark, text: String, file: String) -> [Diagnostic] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return names.enumerated().map { position, name in
      let message = "`\(name)` is there twice"
      guard position == 0 else {
        return Diagnostic(at: Mark(file: file, line: first.line, column: 1), message, hint: "remove one of the two")
      }
      let indent = max(0, first.column - 1)
      for number in first.line..<max(first.line, lines.count) {
        let line = lines[number].unicodeScalars
        let rest = line.dropFirst(indent)
        guard line.prefix(indent).allSatisfy({ $0 == " " || $0 == "-" }), !rest.isEmpty else { continue }
        let wanted = Array(name.unicodeScalars)
        if rest.count > wanted.count, zip(rest, wanted).allSatisfy({ $0 == $1 }),
          rest.dropFirst(wanted.count).first == ":"
        {
          return Diagnostic(
            at: Mark(file: file, line: number + 1, column: indent + 1), message,
            hint: "the first is in line \(first.line); remove one of the two")
        }
      }
      return Diagnostic(
        at: Mark(file: file, line: first.line, column: first.column), message, hint: "remove one of the two")
    }
  }
}

/// Turns the parser's tree into ours, within the limits.
private struct Converter {
  let file: String
  let limits: SourceLimits
  var diagnostics: [Diagnostic] = []
  /// Whether something was left out, so that the tree must not be used.
  var isCut = false
  private var count = 0

  init(file: String, limits: SourceLimits) {
    self.file = file
    self.limits = limits
  }

  mutating func node(_ source: Yams.Node, depth: Int) -> Node? {
    let place = mark(source.mark)
    guard !isCut else { return nil }
    count += 1
    guard count <= limits.nodes else {
      return cut(place, "the file has more than \(limits.nodes) parts", hint: "split it")
    }
    guard depth <= limits.depth else {
      return cut(place, "lists and mappings lie in each other more than \(limits.depth) deep", hint: "make it flatter")
    }
    switch source {
    case .scalar(let scalar):
      check(tag: scalar.tag, [.implicit, .nonSpecific], at: place)
      check(scalar.string, at: place)
      return Node(mark: place, .scalar(scalar.string))
    case .sequence(let items):
      check(tag: items.tag, [.implicit], at: place)
      return Node(mark: place, .sequence(items.compactMap { node($0, depth: depth + 1) }))
    case .mapping(let pairs):
      check(tag: pairs.tag, [.implicit], at: place)
      var entries: [Node.Entry] = []
      for (key, value) in pairs {
        guard case .scalar(let name) = key else {
          diagnostics.append(
            Diagnostic(at: mark(key.mark), "a key has to be a name", hint: "lists and mappings cannot be keys"))
          isCut = true
          continue
        }
        check(tag: name.tag, [.implicit, .nonSpecific], at: mark(name.mark))
        check(name.string, at: mark(name.mark))
        guard name.string != "<<" else {
          diagnostics.append(
            Diagnostic(at: mark(name.mark), "merge keys are not used here", hint: "write the parts out"))
          continue
        }
        if let child = node(value, depth: depth + 1) {
          entries.append(Node.Entry(key: name.string, mark: mark(name.mark), value: child))
        }
      }
      return Node(mark: place, .mapping(entries))
    case .alias:
      return cut(place, "aliases are not used here", hint: "write the part out")
    }
  }

  private mutating func cut(_ place: Mark, _ message: String, hint: String) -> Node? {
    diagnostics.append(Diagnostic(at: place, message, hint: hint))
    isCut = true
    return nil
  }

  private func mark(_ mark: Yams.Mark?) -> Mark {
    Mark(file: file, line: max(1, mark?.line ?? 1), column: max(1, mark?.column ?? 1))
  }

  private mutating func check(tag: Tag, _ allowed: [Tag.Name], at place: Mark) {
    let name = tag.rawValue
    // The resolver without rules calls every untagged part by its basic kind.
    let basic: [Tag.Name] = [.str, .seq, .map]
    guard !allowed.contains(where: { $0.rawValue == name }), !basic.contains(where: { $0.rawValue == name }) else {
      return
    }
    diagnostics.append(
      Diagnostic(at: place, "the tag `\(name)` is not used here", hint: "text is always text; remove the tag"))
  }

  /// Escapes such as `"\x1b"` make characters that do not stand in the file.
  private mutating func check(_ text: String, at place: Mark) {
    guard let scalar = text.unicodeScalars.first(where: ForbiddenScalars.contains) else { return }
    diagnostics.append(
      Diagnostic(
        at: place, "a text must not hold \(ForbiddenScalars.name(of: scalar))",
        hint: "remove the escape; a text cannot act on a terminal"))
  }
}

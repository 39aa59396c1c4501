import ConsentModel
import ConsentRender

/// What was typed into a private field.
///
/// It stands in no journal and no frame. A study that asks for it stores it apart; otherwise it is forgotten with the
/// session.
public struct PrivateText: Hashable, Sendable {
  /// The field, an index into the flow's elements.
  public var element: Int32
  /// What was typed, without control characters; it may be empty.
  public var text: String
}

/// The only place where what is typed into private fields is known.
///
/// A key becomes a stand-in before it is an event. Whether it was taken is read off the next frame: the machine decides
/// what a field takes, and says how many characters there are. So nothing is known that the frame's mask does not show.
struct PrivateTexts {
  /// What is shown for a character that takes no column of its own.
  static let replacement: UInt32 = 0xFFFD
  /// Stands for a character that nobody knows any more.
  private static let unknown: UInt32 = 0

  private struct Field {
    var element: Int32
    var scalars: [UInt32] = []
    /// Whether it is on the screen.
    var isShown = true
    /// What of it was last given out, if it was not emptied since.
    var given: [UInt32] = []
  }

  private var fields: [Field] = []
  private var focused: Int32 = -1
  /// The character that was typed and not yet seen to be taken.
  private var pending: UInt32?
  /// Whether the last key took characters away.
  private var isTakingAway = false
  /// What the flow has emptied and was not given out yet.
  private var sent: [PrivateText] = []
  private var isLive = false
  /// Whether the moments of keys stay exact.
  var keepsTimes = false

  /// Whether what is typed now is private.
  var isEntering: Bool { focused >= 0 }

  /// Forgets everything.
  ///
  /// - Parameter isLive: whether a person is in a session; whoever only looks on types nothing private.
  mutating func begin(isLive: Bool) {
    fields = []
    focused = -1
    pending = nil
    isTakingAway = false
    sent = []
    self.isLive = isLive
  }

  // MARK: Keys

  /// What an input becomes before it leaves the surface, and whether its time has to be made coarse.
  mutating func standIn(for input: Input) -> (input: Input, isCoarse: Bool) {
    pending = nil
    isTakingAway = false
    guard focused >= 0, case .key(let key) = input else { return (input, false) }
    if key == .backspace || key == .clear {
      isTakingAway = true
      return (input, !keepsTimes)
    }
    // Named keys and commands are no text.
    guard key.code < 0x20_0000, !key.modifiers.contains(.control) else { return (input, false) }
    guard key.modifiers.isEmpty, let scalar = Unicode.Scalar(key.code), PrivateTexts.isText(scalar) else {
      // Of what is no text only its length is kept.
      let length = Unicode.Scalar(key.code).map { UTF8.width($0) } ?? 1
      return (.unknown(bytes: Int32(length + (key.modifiers.contains(.alt) ? 1 : 0))), !keepsTimes)
    }
    pending = key.code
    return (.key(GlyphTable.columns(of: scalar) == 2 ? .typedWide : .typed), !keepsTimes)
  }

  /// Whether a scalar may be part of a text: neither a control nor anything that only steers how others are shown, save
  /// for the joiners that some scripts are typed with.
  static func isText(_ scalar: Unicode.Scalar) -> Bool {
    if GlyphTable.columns(of: scalar) > 0 { return true }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .otherLetter: return true
    case .format: return scalar.value == 0x200C || scalar.value == 0x200D
    default: return false
    }
  }

  /// A time without what could be read off the rhythm of typing: whole seconds, rounded down.
  static func coarse(_ time: SessionTime) -> SessionTime {
    SessionTime(microseconds: time.microseconds - time.microseconds % 1_000_000)
  }

  // MARK: Frames

  /// Takes over what the machine has decided: which fields there are, and how many characters each has.
  mutating func follow(_ frame: borrowing Frame) {
    for index in fields.indices { fields[index].isShown = false }
    focused = -1
    guard isLive else { return }
    for blank in frame.blanks where blank.kind == .field {
      settle(blank)
      if blank.isFocused { focused = blank.element }
    }
    pending = nil
    isTakingAway = false
  }

  private mutating func settle(_ blank: Blank) {
    let count = Int(max(blank.value, 0))
    let known = fields.firstIndex { $0.element == blank.element }
    guard let index = known ?? (count > 0 ? fields.count : nil) else { return }
    if known == nil { fields.append(Field(element: blank.element)) }
    fields[index].isShown = true
    let length = fields[index].scalars.count
    guard count != length else { return }
    if count == 0, !isTakingAway {
      // The flow has taken it: it was sent, or something else took its place.
      if fields[index].scalars != fields[index].given, let text = text(of: fields[index]) { sent.append(text) }
      fields[index].scalars = []
      fields[index].given = []
    } else if count < length {
      fields[index].scalars.removeLast(length - count)
    } else {
      let isTyped = count == length + 1 && blank.isFocused
      let added = isTyped ? pending ?? PrivateTexts.unknown : PrivateTexts.unknown
      fields[index].scalars.append(contentsOf: repeatElement(added, count: count - length))
    }
  }

  /// What the flow has emptied, and the texts of fields that are not on the screen any more, as far as they are others than
  /// those that were last given out.
  ///
  /// A field that comes back and is changed is given out again. What nobody knows whole is not given out.
  mutating func take() -> [PrivateText] {
    var texts = sent
    sent = []
    for index in fields.indices where !fields[index].isShown && fields[index].scalars != fields[index].given {
      fields[index].given = fields[index].scalars
      if let text = text(of: fields[index]) { texts.append(text) }
    }
    return texts
  }

  private func text(of field: Field) -> PrivateText? {
    guard !field.scalars.contains(PrivateTexts.unknown) else { return nil }
    let scalars = field.scalars.compactMap(Unicode.Scalar.init)
    return PrivateText(element: field.element, text: String(String.UnicodeScalarView(scalars)))
  }

  // MARK: Painting

  /// The cells with which what is known is painted over the masks of a frame.
  func overlay(of frame: borrowing Frame) -> [OverlayCell] {
    var cells: [OverlayCell] = []
    for blank in frame.blanks where blank.kind == .field && blank.columns > 0 {
      // Of a character that nobody knows the width is not known here either: then the mask stays.
      guard let field = fields.first(where: { $0.element == blank.element }),
        !field.scalars.contains(PrivateTexts.unknown)
      else { continue }
      let characters = field.scalars.map { scalar in
        (scalar, columns: Unicode.Scalar(scalar).map { max(1, GlyphTable.columns(of: $0)) } ?? 1)
      }
      var end = MaskRows(columns: Int(blank.columns))
      for character in characters { _ = end.place(columns: character.columns) }
      let first = end.firstShown(of: Int(blank.rows))
      var rows = MaskRows(columns: Int(blank.columns))
      for (scalar, columns) in characters {
        let place = rows.place(columns: columns)
        let row = Int(blank.row) + place.row - first
        guard place.row >= first, row >= Int(blank.firstRow), row < Int(blank.endRow),
          place.column + columns <= Int(blank.columns)
        else { continue }
        let isShown = Unicode.Scalar(scalar).map { GlyphTable.columns(of: $0) > 0 } ?? false
        let cell = Cell(
          scalar: isShown ? scalar : PrivateTexts.replacement, style: blank.style, columns: UInt8(columns))
        let column = Int(blank.column) + place.column
        cells.append(OverlayCell(row: row, column: column, cell: cell))
        guard columns == 2 else { continue }
        let right = Cell(scalar: 0x20, style: blank.style, columns: 0)
        cells.append(OverlayCell(row: row, column: column + 1, cell: right))
      }
    }
    return cells
  }
}

/// A cell that is painted over one of the frame's.
struct OverlayCell: Hashable {
  var row: Int
  var column: Int
  var cell: Cell
}

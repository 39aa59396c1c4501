import ConsentJournal
import ConsentModel
import ConsentRender

/// Events as two words: the kind, as in journals, and what of it there is to say.
enum InputWords {
  /// All kinds.
  static let all = [
    "key", "press", "release", "wheel-up", "wheel-down", "paste", "resize", "wake", "focus-in", "focus-out",
    "suspended",
    "continued", "fence", "unknown", "choose", "resumed", "leave",
  ]

  /// The kind of an event.
  static func kind(_ input: Input) -> String {
    switch input {
    case .key: "key"
    case .mouse(let mouse):
      switch mouse.action {
      case .press: "press"
      case .release: "release"
      case .wheelUp: "wheel-up"
      case .wheelDown: "wheel-down"
      }
    case .paste: "paste"
    case .resize: "resize"
    case .wake: "wake"
    case .terminalFocus(let isIn): isIn ? "focus-in" : "focus-out"
    case .suspended: "suspended"
    case .continued: "continued"
    case .fence: "fence"
    case .unknown: "unknown"
    case .choose: "choose"
    case .resumed: "resumed"
    case .leave: "leave"
    }
  }

  /// What there is to say of an event besides its kind, or nil.
  static func value(_ input: Input, _ names: FlowNames) -> String? {
    switch input {
    case .key(let key): key.spelling
    case .mouse(let mouse): "\(mouse.column),\(mouse.row)"
    case .paste(let characters, let lines): "\(characters) characters, \(lines) lines"
    case .resize(let size): "\(size.columns)x\(size.rows)"
    case .continued(let droppedKeys): "\(droppedKeys) keys lost"
    case .fence(let microseconds): "\(microseconds) us"
    case .unknown(let bytes): "\(bytes) bytes"
    case .choose(let control): names.element(control)
    case .leave(let reason): reason.word
    case .wake, .terminalFocus, .suspended, .resumed: nil
    }
  }
}

/// The names of a flow's parts, looked up once.
struct FlowNames {
  let flow: FlowDefinition
  private let elements: [String]
  /// How many words the text of each element has; nil where it has none, or a language without spaces.
  let words: [Int?]
  /// The screen of each element.
  let screens: [String]
  /// What each element means to a participant.
  let roles: [String]
  private let places: [String: Int]

  init(_ flow: FlowDefinition) {
    self.flow = flow
    let texts = FlowWords(flow)
    elements = flow.elements.enumerated().map { $1.name.isEmpty ? "#\($0)" : $1.name }
    screens = flow.elements.map { flow.screens[Int($0.screen)].name }
    roles = flow.elements.map(\.role.word)
    places = Dictionary(flow.screens.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    words = flow.elements.map { element in
      switch element.kind {
      case .text(let text), .button(let text), .link(let text), .option(let text): texts.count(text)
      case .gap, .rule, .toggle, .list, .row, .scroll, .field, .number, .slider: nil
      }
    }
  }

  /// A control or region; nil for none (−1).
  func element(_ index: Int32) -> String? { elements.indices.contains(Int(index)) ? elements[Int(index)] : nil }

  /// Index of the screen of this name, or nil.
  func screen(named name: String) -> Int? { places[name] }

  /// A screen.
  func screen(_ index: Int32) -> String? {
    flow.screens.indices.contains(Int(index)) ? flow.screens[Int(index)].name : nil
  }
}

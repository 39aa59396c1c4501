import ConsentScreens
import ConsentSource
import Testing

/// A small flow in memory that is sound; tests change one thing in it.
struct SmallFlow {
  var files: [String: String] = [
    "small/flow.yaml": """
    format: 1
    flow: small
    title: A small flow
    names: {vendor: Northwind}
    accounts: [free, work]
    dates: {published: 2025-08-28, decision: 2025-09-28}
    entries: {start: ask}
    terms:
      training: {kind: purpose, control: training, elements: [ask.training_switch]}
    variables:
      training: {values: [unset, off, on], initial: on}
      asked: {number: 0, minimum: 0, maximum: 9}
      account: {derive: account}
      stands: {derive: standing, term: training}
      told: {derive: policy, effect: used, side: actual}
    outcomes: [done]
    styles:
      ground: {foreground: "#101010", background: "#fefefe"}
      mark: {foreground: "#101010", background: "#fefefe", attributes: [bold], mono: [bold]}
    signs: {focus: mark, backdrop: ground, border: ground, too_small: small}
    """,
    "small/ask.yaml": """
    format: 1
    screen: ask
    focus_order: [accept, later, training_switch, more]
    initial_focus: accept
    links:
      - {link: more, name: more, on_activate: [{open: info}]}
    elements:
      - {text: title, name: title}
      - {button: accept, name: accept, on_activate: [{decide: {training: control}}, {end: done}]}
      - button: later
        name: later
        present: no
        on_activate:
          - when: {asked: ">= 3"}
            do: [{end: done}]
          - do: [{add: {asked: 1}}]
      - row:
          - {text: line, name: line}
          - {switch: training, name: training_switch}
        name: line_row
    """,
    "small/info.yaml": """
    format: 1
    screen: info
    shape: card
    backdrop: ask
    on_escape: [{back: true}]
    elements:
      - {text: info}
    """,
    "small/policy.yaml": """
    format: 1
    facts: {account: [free, work], stands: [undecided, deferred, agreed, declined]}
    effects: {used: [no, yes]}
    rows:
      - {row: work, when: {account: work}, stated: {used: no}}
      - {row: agreed, when: {stands: agreed}, stated: {used: no}, actual: {used: yes}}
      - {row: rest, stated: {used: no}}
    """,
    "small/text/en.yaml": """
    format: 1
    language: en
    reviewed: {by: the authors, date: 2025-09-01}
    months: [January, February, March, April, May, June, July, August, September, October, November, December]
    date: "{d} {m} {y}"
    decimal: "."
    text:
      title: "{vendor} asks you until {decision}, asked {asked}. {link:more}"
      accept: Accept
      later: Later
      line: "Training: {told} {stands}"
      more: Learn more
      info: Some information
      small: "This needs {needed_columns} by {needed_rows}."
      check.q: Was the button there?
      check.yes: "yes"
      check.no: "no"
      told.no: not used
      told.yes: used
      stands.undecided: open
      stands.deferred: put off
      stands.agreed: agreed
      stands.declined: declined
    """,
    "small/factors/later.yaml": """
    format: 1
    factor: later
    tags: [R07]
    baseline: absent
    check: {question: check.q, answers: [check.yes, check.no]}
    levels:
      absent: {}
      present: {patch: {ask: {later: {present: yes}}}}
    """,
    "small/factors/default.yaml": """
    format: 1
    factor: default
    baseline: on
    levels:
      on: {}
      off: {patch: {flow: {variables: {training: {initial: off}}}}}
    """,
  ]

  /// Replaces a part of a file, which has to be there.
  mutating func replace(
    _ old: String, with new: String, in file: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard let text = files["small/" + file], let range = text.firstRange(of: old) else {
      Issue.record("`\(old)` is not in \(file)", sourceLocation: sourceLocation)
      return
    }
    files["small/" + file] = text.replacingCharacters(in: range, with: new)
  }

  var source: FlowSource { .memory(files.mapValues { Array($0.utf8) + [0x0A] }) }

  /// Everything that is wrong with it.
  var problems: [String] { FlowLoader.check(flow: "small", from: source).map(\.rendered) }
}

extension String {
  func firstRange(of part: String) -> Range<String.Index>? {
    let own = Array(utf8)
    let wanted = Array(part.utf8)
    guard !wanted.isEmpty, own.count >= wanted.count else { return nil }
    for start in 0...(own.count - wanted.count) where Array(own[start..<start + wanted.count]) == wanted {
      let from = utf8.index(utf8.startIndex, offsetBy: start)
      return from..<utf8.index(from, offsetBy: wanted.count)
    }
    return nil
  }

  func replacingCharacters(in range: Range<String.Index>, with new: String) -> String {
    self[..<range.lowerBound] + new + self[range.upperBound...]
  }
}

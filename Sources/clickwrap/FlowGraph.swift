import ConsentEngine
import ConsentModel

/// Which screens of a flow lead to which, as a drawing in the words of other programs.
struct FlowGraph {
  private let flow: FlowDefinition
  private let moves: [FlowSurvey.Move]
  private let start: Int32

  init(_ exploration: FlowExploration) {
    flow = exploration.job.flow
    moves = exploration.survey.moves
    start = flow.entries[Int(exploration.job.inputs.entry)].screen
  }

  /// The screens that are met, in the order of their indices.
  private var screens: [Int32] { Set(moves.flatMap { [$0.from, $0.to] } + [start]).filter { $0 >= 0 }.sorted() }

  private var outcomes: [Int32] { Set(moves.filter { $0.to < 0 }.map(\.outcome)).sorted() }

  private func outcome(_ index: Int32) -> String { index < 0 ? "stopped" : flow.outcomes[Int(index)] }

  private func label(_ move: FlowSurvey.Move) -> String { move.by.map(FlowExploration.word).joined(separator: ", ") }

  /// For Graphviz.
  var dot: String {
    var lines = [
      "digraph \(quoted(flow.name)) {", "  rankdir=LR;", "  node [shape=box, style=rounded, fontname=\"sans-serif\"];",
      "  edge [fontname=\"sans-serif\", fontsize=10];",
    ]
    for screen in screens {
      let isStart = screen == start ? ", penwidth=2" : ""
      lines.append("  s\(screen) [label=\(quoted(flow.screens[Int(screen)].name))\(isStart)];")
    }
    for index in outcomes { lines.append("  \(end(index)) [label=\(quoted(outcome(index))), shape=oval];") }
    for move in moves {
      let to = move.to < 0 ? end(move.outcome) : "s\(move.to)"
      lines.append("  s\(move.from) -> \(to) [label=\(quoted(label(move)))];")
    }
    return lines.joined(separator: "\n") + "\n}\n"
  }

  /// For Mermaid.
  var mermaid: String {
    var lines = ["flowchart LR"]
    for screen in screens { lines.append("  s\(screen)[\(named(flow.screens[Int(screen)].name))]") }
    for index in outcomes { lines.append("  \(end(index))([\(named(outcome(index)))])") }
    for move in moves {
      let to = move.to < 0 ? end(move.outcome) : "s\(move.to)"
      lines.append("  s\(move.from) -->|\(named(label(move)))| \(to)")
    }
    lines.append("  style s\(start) stroke-width:3px")
    return lines.joined(separator: "\n") + "\n"
  }

  private func end(_ outcome: Int32) -> String { outcome < 0 ? "stopped" : "e\(outcome)" }

  private func quoted(_ text: String) -> String {
    "\"" + text.inert.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// Mermaid has entities for what would end a label.
  private func named(_ text: String) -> String {
    var label = "\""
    for scalar in text.inert.unicodeScalars {
      switch scalar {
      case "\"", "#", "<", ">", "&", "`", "|", ";", "\\": label += "#\(scalar.value);"
      default: label.unicodeScalars.append(scalar)
      }
    }
    return label + "\""
  }
}

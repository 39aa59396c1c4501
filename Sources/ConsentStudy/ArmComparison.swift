import ConsentEngine
import ConsentModel
import ConsentRender

/// Which cells differ between two arms when the same is done in both: a proof that nothing differs but what is declared.
public struct ArmComparison: Sendable {
  /// The cells of one screen that differ.
  public struct Difference: Hashable, Sendable {
    /// The screen's name.
    public var screen: String
    /// How many cells differ at most in a frame of it.
    public var cells: Int
    /// What stands in the rows that differ, in the first arm and in the other, at the first such frame.
    public var rows: [Row]

    /// A row that differs.
    public struct Row: Hashable, Sendable {
      /// Row, from 0.
      public var row: Int
      /// Its text in the first arm.
      public var first: String
      /// Its text in the other.
      public var other: String
    }
  }

  /// Screens on which something differs, in the order in which they are met.
  public private(set) var differences: [Difference] = []
  /// Screens after which the same keys lead to different screens; what comes then is not compared.
  public private(set) var divergences: [String] = []
  /// How many pairs of frames were compared.
  public private(set) var frames = 0

  /// Walks the shortest ways to every screen of the first arm in both.
  ///
  /// - Parameters:
  ///   - first: an arm.
  ///   - other: another arm of the same flow.
  ///   - ways: the ways, as an exploration of the first arm gives them.
  ///   - inputs: what the sessions are given.
  public init(_ first: FlowEngine, _ other: FlowEngine, ways: [Exploration.Path], inputs: SessionInputs) {
    for way in ways { walk(way, first, other, inputs) }
  }

  private mutating func walk(
    _ way: Exploration.Path, _ first: FlowEngine, _ other: FlowEngine, _ inputs: SessionInputs
  ) {
    var frames = (Frame(), Frame())
    // The closure borrows what it notes.
    var noted = self
    let parting = PairedWalk.go(way, first, other, inputs) { noted.compare($0, $1, first, other, &frames) }
    self = noted
    if let parting { note(divergence: first.flow.screens[Int(parting)].name) }
  }

  private mutating func note(divergence screen: String) {
    if !divergences.contains(screen) { divergences.append(screen) }
  }

  private mutating func compare(
    _ a: borrowing FlowState, _ b: borrowing FlowState, _ first: FlowEngine, _ other: FlowEngine,
    _ room: inout (Frame, Frame)
  ) {
    first.render(a, into: &room.0)
    other.render(b, into: &room.1)
    frames += 1
    let difference = FrameDifference(from: room.0, of: first.flow, to: room.1, of: other.flow)
    guard difference.cells > 0 else { return }
    let name = first.flow.screens[Int(a.view.screen)].name
    if let index = differences.firstIndex(where: { $0.screen == name }) {
      differences[index].cells = max(differences[index].cells, difference.cells)
      return
    }
    var rows: [Difference.Row] = []
    for row in Set(difference.runs.map(\.row)).sorted() {
      rows.append(
        .init(row: row, first: text(row, room.0, first.flow), other: text(row, room.1, other.flow)))
    }
    differences.append(Difference(screen: name, cells: difference.cells, rows: rows))
  }

  private func text(_ row: Int, _ frame: borrowing Frame, _ flow: FlowDefinition) -> String {
    frame.text(row: row, flow: flow)
  }
}

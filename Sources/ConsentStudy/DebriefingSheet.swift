import ConsentModel

/// The debriefing as text, for people who did not see its screen.
public struct DebriefingSheet: Sendable {
  /// Its paragraphs in reading order.
  public let paragraphs: [String]

  /// The texts of the screen `debriefing`; none when the flow has no such screen.
  ///
  /// What depends on a session is left out: the sheet is the same for everybody, whatever their arm.
  public init(_ flow: FlowDefinition) {
    guard let screen = flow.screens.firstIndex(where: { $0.name == "debriefing" }) else {
      paragraphs = []
      return
    }
    var found: [String] = []
    for element in flow.elements where element.screen == Int32(screen) && element.role != .legend {
      guard case .text(let text) = element.kind, element.when.isEmpty else { continue }
      found.append(DebriefingSheet.words(flow.texts[Int(text)], flow))
    }
    paragraphs = found
  }

  private static func words(_ text: Text, _ flow: FlowDefinition) -> String {
    text.pieces.reduce(into: "") { words, piece in
      guard case .literal(let glyphs) = piece else { return }
      for glyph in glyphs {
        if glyph.isCluster {
          words += flow.clusters[Int(glyph.value)].text
        } else if let scalar = Unicode.Scalar(glyph.value) {
          words.unicodeScalars.append(scalar)
        }
      }
    }
  }
}

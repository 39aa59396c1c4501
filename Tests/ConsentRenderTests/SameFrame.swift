import Testing

@testable import ConsentRender

/// Compares a frame that was painted over another with one that was painted anew: everything that surfaces read.
func checkSame(
  _ kept: Frame, _ fresh: Frame, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect((kept.cells == fresh.cells) as Bool, "\(name)", sourceLocation: sourceLocation)
  #expect(kept.digest == fresh.digest, "\(name)", sourceLocation: sourceLocation)
  #expect((kept.regions == fresh.regions) as Bool, "\(name)", sourceLocation: sourceLocation)
  #expect((kept.rowDigests == fresh.rowDigests) as Bool, "\(name)", sourceLocation: sourceLocation)
  #expect((kept.blanks == fresh.blanks) as Bool, "\(name)", sourceLocation: sourceLocation)
  #expect(kept.cursor == fresh.cursor, "\(name)", sourceLocation: sourceLocation)
}

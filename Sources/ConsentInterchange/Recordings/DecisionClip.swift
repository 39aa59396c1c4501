import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentRender

/// The part of a session from the frame before the first prompt to the one after the first answer, as a picture that moves.
public struct DecisionClip: Sendable {
  /// The picture, an SVG file of its own without scripts.
  public let svg: String
  /// How many frames it has.
  public let frames: Int
  /// From the prompt's frame to the answer, in microseconds; nil without an answer.
  public let microseconds: Int64?

  /// The most frames that a clip has; what comes after them is left out, and `isCut` says so.
  public static let maximumFrames = 120
  /// Whether frames were left out at its end.
  public let isCut: Bool

  /// Makes the clip of a session; nil where no prompt was met.
  ///
  /// - Parameters:
  ///   - title: what it shows.
  ///   - verifier: one that finds the journal's flow.
  public init?(_ path: String, title: String, with verifier: JournalVerifier) throws(JournalRecording.Failure) {
    let (_, flow) = try JournalRecording.look(at: path, verifier)
    var film = FilmStrip(flow, title: title)
    var before: (frame: Frame, at: SessionTime)?
    var began: SessionTime?
    var answered: SessionTime?
    var end = SessionTime.zero
    var isCut = false
    try JournalRecording.replay(path, with: verifier) { _, recorded, _, frame, records in
      guard answered == nil else { return }
      let now = recorded?.event.at ?? .zero
      if began == nil, records.contains(where: { if case .prompted = $0 { true } else { false } }) {
        began = now
        if let before {
          // Only the last moment of what came before it.
          let soon = max(before.at.microseconds, now.microseconds - 1_000_000)
          film.add(before.frame, at: SessionTime(microseconds: soon))
        }
      }
      guard began != nil else {
        before = (copy frame, now)
        return
      }
      if film.count >= Self.maximumFrames { isCut = true } else { film.add(frame, at: now) }
      end = now
      for record in records {
        switch record {
        case .decided, .deferred: answered = now
        case .shown, .prompted, .missed, .focused, .operated, .changed, .scrolled, .resized, .passed, .ended, .left,
          .noted:
          break
        }
      }
    }
    guard let began else { return nil }
    microseconds = answered.map { $0.microseconds - began.microseconds }
    frames = film.count
    self.isCut = isCut
    svg = film.svg(until: end.advanced(byMicroseconds: 500_000), idleMilliseconds: 4000)
  }
}

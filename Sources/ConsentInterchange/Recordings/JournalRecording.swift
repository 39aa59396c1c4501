import ConsentEngine
import ConsentInput
import ConsentJournal
import ConsentModel
import ConsentRender

/// Turns a journal into a recording that a player of terminals plays: the session is replayed, every frame compared, and
/// what a terminal would have been sent is written down.
public struct JournalRecording {
  /// The formats.
  public enum Format: String, CaseIterable, Sendable {
    /// asciicast, version 3.
    case asciicastV3 = "asciicast-v3"
    /// asciicast, version 2.
    case asciicastV2 = "asciicast-v2"
    /// util-linux typescript with timing.
    case typescript
    /// A picture that moves, without scripts.
    case svg
  }

  /// What somebody wants of a recording.
  public struct Options: Sendable {
    /// The format.
    public var format = Format.asciicastV3
    /// The colours that the terminal is told.
    public var depth = ColourDepth.palette
    /// Whether what was typed stands in it: asciicast only, and never what was typed into private fields.
    public var hasKeys = false
    /// Players shorten longer pauses, in milliseconds; a picture is shortened itself.
    public var idleMilliseconds: Int?
    /// Whether the timing of a typescript is that of older versions of `script`.
    public var isClassic = false

    /// asciicast, version 3, in 256 colours.
    public init() {}
  }

  /// Why there is no recording.
  public enum Failure: Error, Sendable, CustomStringConvertible {
    /// The journal cannot be read, or is broken.
    case journal(JournalError)
    /// The session cannot be replayed.
    case notReplayed
    /// There are more different frames than a picture may have.
    case tooLong(frames: Int)
    /// There is no such event.
    case noEvent(String)
    /// It cannot be written.
    case files(JournalError)

    /// The problem in words, for a person.
    public var description: String {
      switch self {
      case .journal(let error), .files(let error): "\(error)"
      case .notReplayed:
        "the session cannot be replayed: its flow does not lie beside it, or another version of the engine recorded it"
      case .tooLong(let frames):
        "\(frames) frames are more than the \(FilmStrip.maximumFrames) that a picture may have; asciicast has no limit"
      case .noEvent(let what): "the session has no \(what)"
      }
    }
  }

  private let options: Options
  /// The ends of the names of the files that it has, the first for the recording itself.
  public let fileEndings: [String]

  /// Recordings of this kind.
  public init(_ options: Options) {
    self.options = options
    switch options.format {
    case .asciicastV2, .asciicastV3: fileEndings = [".cast"]
    case .typescript: fileEndings = [".log", ".timing"]
    case .svg: fileEndings = [".svg"]
    }
  }

  /// Records a journal.
  ///
  /// - Parameters:
  ///   - verifier: one that finds the journal's flow.
  ///   - write: gets bytes for the file of an index into `fileEndings`, in order.
  /// - Returns: how many frames there are, the first one included.
  @discardableResult
  public func record(
    _ path: String, with verifier: JournalVerifier, write: @escaping (Int, [UInt8]) throws -> Void
  ) throws(Failure) -> Int {
    let (header, flow) = try JournalRecording.look(at: path, verifier)
    switch options.format {
    case .asciicastV2: return try record(path, verifier, header, flow, AsciicastEncoder(.two), write)
    case .asciicastV3: return try record(path, verifier, header, flow, AsciicastEncoder(.three), write)
    case .typescript:
      return try record(
        path, verifier, header, flow, TypescriptEncoder(options.isClassic ? .classic : .advanced), write)
    case .svg: return try picture(path, verifier, header, flow, write)
    }
  }

  static func look(
    at path: String, _ verifier: JournalVerifier
  ) throws(Failure) -> (JournalHeader, FlowDefinition) {
    let found: (JournalHeader, FlowDefinition?)
    do throws(JournalError) {
      found = (try JournalReader(path).header, try verifier.flow(of: path))
    } catch {
      throw .journal(error)
    }
    guard let flow = found.1 else { throw .notReplayed }
    return (found.0, flow)
  }

  // MARK: Streams

  private func record(
    _ path: String, _ verifier: JournalVerifier, _ header: JournalHeader, _ flow: FlowDefinition,
    _ encoder: some RecordingEncoder, _ write: @escaping (Int, [UInt8]) throws -> Void
  ) throws(Failure) -> Int {
    var encoder = encoder
    var stream = FrameStream(flow, depth: options.depth)
    let isLinear = header.presentation == .linear
    var frames = 0
    var size = header.size
    var end = SessionTime.zero
    var entries: [Int32] = []
    func put(_ parts: [[UInt8]]) throws {
      for (file, bytes) in parts.enumerated() where !bytes.isEmpty { try write(file, bytes) }
    }
    try JournalRecording.replay(path, with: verifier) { index, recorded, state, frame, records in
      let time = recorded?.event.at ?? .zero
      end = time
      if index < 0 {
        try put(encoder.begin(JournalRecording.header(header, options)))
        try put(encoder.add(.output(stream.opening(isLinear: isLinear) + stream.show(frame)), at: time))
      } else {
        if options.hasKeys, let input = recorded?.event.input, let bytes = InputEncoder.bytes(of: input) {
          try put(encoder.add(.input(bytes), at: time))
        }
        if !isLinear, frame.size != size {
          size = frame.size
          try put(encoder.add(.resize(size), at: time))
        }
        var output = stream.show(frame)
        if isLinear {
          output = JournalRecording.echo(recorded?.event.input, entries: entries, stopKey: flow.stop?.key) + output
        }
        if !output.isEmpty { try put(encoder.add(.output(output), at: time)) }
      }
      for label in JournalRecording.labels(records, flow, state.view.screen) {
        try put(encoder.add(.marker(label), at: time))
      }
      if isLinear { entries = frame.numberedControls }
      frames += 1
    }
    do {
      let closing = stream.closing(isLinear: isLinear, keepsPicture: true)
      if !closing.isEmpty { try put(encoder.add(.output(closing), at: end)) }
      try put(encoder.end(at: end))
    } catch {
      throw JournalRecording.failure(error)
    }
    return frames
  }

  /// Among lines, what a terminal shows of an answer that is typed: the number of the entry, and the end of the line.
  static func echo(_ input: Input?, entries: [Int32], stopKey: Key?) -> String {
    switch input {
    case .choose(let control): return entries.firstIndex(of: control).map { "\($0 + 1)\r\n" } ?? "\r\n"
    case .key(let key):
      if key == stopKey { return "0\r\n" }
      // What is typed into a field comes key by key; of a private one nobody knows it.
      return key == .enter ? "\r\n" : ""
    case .mouse, .paste, .resize, .wake, .terminalFocus, .suspended, .continued, .fence, .unknown, .resumed, .leave,
      nil:
      return ""
    }
  }

  /// What is written down about a recording before it begins.
  static func header(_ header: JournalHeader, _ options: Options) -> RecordingHeader {
    RecordingHeader(
      size: header.size, term: header.terminal.term.isEmpty ? "xterm-256color" : header.terminal.term,
      startedSeconds: (WallClock.milliseconds(of: header.started) ?? 0) / 1000, title: title(header),
      idleMilliseconds: options.idleMilliseconds)
  }

  /// What a recording shows, in one line; nobody may take a program for a person.
  static func title(_ header: JournalHeader) -> String {
    let stage =
      switch header.stage {
      case .none, .live: ""
      case .pilot: "pilot: "
      case .simulated: "SIMULATED, no person: "
      }
    let levels = header.condition.map { "\($0.factor)=\($0.level)" }.joined(separator: " ")
    return (stage + header.flow + (levels.isEmpty ? "" : " (\(levels))")).inert
  }

  /// The moments of a step that somebody may want to go to.
  static func labels(_ records: [LogRecord], _ flow: FlowDefinition, _ screen: Int32) -> [String] {
    records.compactMap { record in
      switch record {
      case .prompted(let number): "prompt \(number): \(flow.screens[Int(screen)].name)".inert
      case .decided(let term, let standing, let provenance):
        "\(flow.terms[Int(term)].name) \(standing.word) (\(provenance.word))".inert
      case .deferred(let term): "\(flow.terms[Int(term)].name) deferred".inert
      case .ended(let outcome): "end: \(flow.outcomes[Int(outcome)])".inert
      case .left(let reason): "left: \(reason.word)"
      case .shown, .missed, .focused, .operated, .changed, .scrolled, .resized, .passed, .noted: nil
      }
    }
  }

  // MARK: Pictures

  private func picture(
    _ path: String, _ verifier: JournalVerifier, _ header: JournalHeader, _ flow: FlowDefinition,
    _ write: (Int, [UInt8]) throws -> Void
  ) throws(Failure) -> Int {
    var film = FilmStrip(flow, title: JournalRecording.title(header))
    var end = SessionTime.zero
    try JournalRecording.replay(path, with: verifier) { _, recorded, _, frame, _ in
      end = recorded?.event.at ?? .zero
      film.add(frame, at: end)
    }
    guard film.count <= FilmStrip.maximumFrames else { throw .tooLong(frames: film.count) }
    do {
      try write(0, Array(film.svg(until: end, idleMilliseconds: options.idleMilliseconds ?? 3000).utf8))
    } catch {
      throw JournalRecording.failure(error)
    }
    return film.count
  }

  // MARK: Replays

  static func replay(
    _ path: String, with verifier: JournalVerifier, visit: @escaping JournalVerifier.Visit
  ) throws(Failure) {
    var thrown: (any Error)?
    do throws(JournalError) {
      let replay = try verifier.replay(path) { index, recorded, state, frame, records in
        do {
          try visit(index, recorded, state, frame, records)
        } catch {
          thrown = error
          throw error
        }
      }
      guard replay.state == nil else { return }
    } catch {
      throw thrown.map(failure) ?? .journal(error)
    }
    throw .notReplayed
  }

  static func failure(_ error: any Error) -> Failure {
    switch error {
    case let error as Failure: error
    case let error as JournalError: .files(error)
    default: .files(.unwritable("\(error)"))
    }
  }
}

/// The wall-clock time as `script` writes it.
enum WallClockText {
  /// For example `2026-11-27 10:11:12+00:00`.
  static func text(_ seconds: Int64) -> String {
    let text = WallClock.text(secondsSince1970: seconds, milliseconds: 0)
    return text.prefix(10) + " " + text.dropFirst(11).prefix(8) + "+00:00"
  }
}

import ArgumentParser
import ConsentInterchange
import ConsentJournal
import ConsentModel
import ConsentRender
import Glibc

struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Turn journals into recordings that other players play.",
    discussion: """
      A journal is replayed, every frame is compared, and what a terminal would have been sent is written: as asciicast of \
      version 3 or 2 with a marker for every decision, as a typescript with its timing for scriptreplay, or as a picture that \
      moves. What was typed is left out unless it is asked for; what was typed into private fields is in no journal.

      Without --to one recording goes to standard output; a typescript has two files and needs it. Several journals go into a \
      folder, each under its own name. Nothing is overwritten.

      Exit status: 0 written; 1 a file cannot be read or written, or a session cannot be replayed; 4 a journal is broken.

      Examples:
        clickwrap record visit.jsonl > visit.cast
        clickwrap record visit.jsonl --format svg --to visit.svg
        clickwrap record visit.jsonl --format typescript --to visit
        scriptreplay --timing visit.timing visit.log
        clickwrap record study/journals/*.jsonl --format asciicast-v2 --to casts
      """)

  @Argument(help: "The journals.")
  var journals: [String]

  @Option(help: "asciicast-v3, asciicast-v2, typescript or svg.")
  var format = JournalRecording.Format.asciicastV3

  @Option(help: "The file to write; of a typescript the name without .log and .timing; a folder for several journals.")
  var to: String?

  @Flag(help: "Write down what was typed as well; asciicast only.")
  var keys = false

  @Option(help: "Pauses longer than so many seconds are shortened by players, 0.1 to 3600; 3 for a picture.")
  var idleLimit: Double?

  @Flag(help: "Write the timing of a typescript as older versions of `script` did.")
  var classic = false

  @Option(help: "The colours that the terminal is told: none, 16, 256 or direct.")
  var colours = Colours.palette

  enum Colours: String, CaseIterable, ExpressibleByArgument {
    case none
    case sixteen = "16"
    case palette = "256"
    case direct

    var depth: ColourDepth {
      switch self {
      case .none: .none
      case .sixteen: .sixteen
      case .palette: .palette
      case .direct: .direct
      }
    }
  }

  func validate() throws {
    if journals.count > 1, to == nil { throw ValidationError("several journals need a folder: --to") }
    if format == .typescript, to == nil { throw ValidationError("a typescript has two files: give --to") }
    if classic, format != .typescript { throw ValidationError("--classic is for typescripts") }
    if colours != .palette, format == .svg { throw ValidationError("a picture has the colours of its flow") }
    if keys {
      switch format {
      case .asciicastV3, .asciicastV2: break
      case .typescript, .svg: throw ValidationError("--keys is for asciicast")
      }
    }
    if let idleLimit {
      guard (0.1...3600).contains(idleLimit) else { throw ValidationError("--idle-limit is 0.1 to 3600") }
      if format == .typescript { throw ValidationError("a typescript has no idle limit; see scriptreplay --maxdelay") }
    }
  }

  func run() throws {
    var options = JournalRecording.Options()
    options.format = format
    options.hasKeys = keys
    options.isClassic = classic
    options.depth = colours.depth
    options.idleMilliseconds = idleLimit.map { Int($0 * 1000) }
    let recording = JournalRecording(options)
    guard let to else {
      try RecordCommand.record(journals[0], recording, Journals.verifier(for: journals[0])) { _, bytes in
        Console.out(String(decoding: bytes, as: UTF8.self))
      }
      return
    }
    guard journals.count > 1 else {
      try RecordCommand.record(journals[0], recording, to: RecordCommand.names(to, recording))
      return
    }
    try DurableFile.makeFolder(to)
    try recordAll(recording, into: to)
  }

  private func recordAll(_ recording: JournalRecording, into folder: String) throws {
    let lanes = Lanes<Int, String, Result<Void, CommandFailure>>(making: { 0 }) { _, path in
      let name = path.split(separator: "/").last.map(String.init) ?? path
      let base = "\(folder)/\(name.hasSuffix(".jsonl") ? String(name.dropLast(6)) : name)"
      do {
        try RecordCommand.record(path, recording, to: RecordCommand.names(base, recording))
        return .success(())
      } catch let failure as CommandFailure {
        return .failure(failure)
      } catch {
        return .failure(CommandFailure(.failure, "clickwrap: \(path): \(error)"))
      }
    }
    var progress = Progress("recordings", of: journals.count)
    var worst = ExitStatus.ok
    var rest = journals[...]
    while !rest.isEmpty {
      let round = Array(rest.prefix(lanes.roundCount))
      rest = rest.dropFirst(round.count)
      for case .failure(let failure) in lanes.run(round) {
        for line in failure.lines { Console.complain(line) }
        if worst != .broken { worst = failure.status }
      }
      progress.note(round.count)
    }
    progress.finish()
    if worst != .ok { throw EndOfCommand(ending: .exit(worst)) }
  }

  /// The files of a recording; an ending that is given is not doubled.
  private static func names(_ path: String, _ recording: JournalRecording) -> [String] {
    guard recording.fileEndings.count == 1 else { return recording.fileEndings.map { path + $0 } }
    let name = path.split(separator: "/").last ?? ""
    return [name.contains(".") ? path : path + recording.fileEndings[0]]
  }

  private static func record(_ path: String, _ recording: JournalRecording, to names: [String]) throws {
    let verifier = try Journals.verifier(for: path)
    var files: [AppendedFile] = []
    do {
      for name in names { files.append(try AppendedFile(name)) }
      let open = files
      try record(path, recording, verifier) { try open[$0].append($1) }
      for file in files { try file.close() }
    } catch {
      // A part is not taken for the whole.
      for name in names.prefix(files.count) { unlink(name) }
      throw error
    }
  }

  private static func record(
    _ path: String, _ recording: JournalRecording, _ verifier: JournalVerifier,
    write: @escaping (Int, [UInt8]) throws -> Void
  ) throws {
    do {
      try recording.record(path, with: verifier, write: write)
    } catch {
      throw RecordCommand.failure(error, path)
    }
  }

  /// What is said of a recording that cannot be made.
  static func failure(_ error: JournalRecording.Failure, _ path: String) -> CommandFailure {
    switch error {
    case .journal(.broken(let line, let fault)): CommandFailure(.broken, "\(path):\(line): broken: \(fault)")
    case .journal(let error), .files(let error): CommandFailure(.failure, "clickwrap: \(error)")
    case .notReplayed, .tooLong: CommandFailure(.failure, "clickwrap: \(path): \(error)")
    case .noEvent: CommandFailure(.usage, "clickwrap: \(path): \(error)")
    }
  }
}

extension JournalRecording.Format: ExpressibleByArgument {}

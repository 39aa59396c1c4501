import ArgumentParser
import ConsentJournal
import ConsentModel
import ConsentTerminal
import Glibc

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what a session would find here, what is degraded, and what is claimed of times.",
    discussion: """
      Looks at the terminal, the locale, the way to it, the clock, the disk and permissions, and measures what the program \
      itself adds to a key's time. Nothing is shown on a full screen and nothing is kept. Exit status 1: no journal could \
      be written in the folder.

      Examples:
        clickwrap doctor
        clickwrap doctor --folder /srv/study --json
      """)

  @Option(help: "Where journals would go.")
  var folder = "."

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let probe = TerminalProbe.ask()
    let flow = try BuiltIn.demo().flow
    let place = StudyPlace(folder)
    let overhead = SelfOverhead(flow: flow, size: probe.size ?? .standard, folder: folder)
    let report = DoctorReport(probe: probe, place: place, overhead: overhead)
    if json {
      Console.out(report.json.line + "\n")
    } else {
      for line in report.lines { Console.line(line) }
    }
    if overhead.journalProblem != nil { throw EndOfCommand(ending: .exit(.failure)) }
  }
}

/// A folder in which journals would be kept, and who is asking.
struct StudyPlace {
  /// Its path as it was given.
  let path: String
  /// Whether files can be made in it.
  let isWritable: Bool
  /// Whether others than the owner can write to it.
  let isOpenToOthers: Bool
  /// Mebibytes that are free for this person, or nil.
  let freeMebibytes: Int64?
  /// Whether it lies in memory, so that it does not survive a power cut.
  let isInMemory: Bool
  /// Whether the program runs as root.
  let isRoot: Bool

  init(_ path: String) {
    self.path = path
    isWritable = access(path, W_OK | X_OK) == 0
    var facts = stat()
    isOpenToOthers = stat(path, &facts) == 0 && facts.st_mode & 0o022 != 0 && facts.st_mode & S_ISVTX == 0
    var space = statvfs()
    freeMebibytes = statvfs(path, &space) == 0 ? (Int64(space.f_bavail) * Int64(space.f_frsize)) >> 20 : nil
    isInMemory = ["tmpfs", "ramfs"].contains(StudyPlace.fileSystem(of: path))
    isRoot = geteuid() == 0
  }

  /// The kind of file system on which a path lies, as the kernel calls it; empty when that cannot be told.
  private static func fileSystem(of path: String) -> String {
    guard let real = realpath(path, nil) else { return "" }
    defer { free(real) }
    let place = String(cString: real)
    guard let file = fopen("/proc/self/mounts", "r") else { return "" }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 18)
    let count = fread(&bytes, 1, bytes.count, file)
    var best = (length: -1, kind: "")
    for line in String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 2 else { continue }
      let mount = String(fields[1])
      let isAbove = mount == "/" || place == mount || place.hasPrefix(mount + "/")
      // Of several mounts on one place the last one is what is seen.
      if isAbove, mount.utf8.count >= best.length { best = (mount.utf8.count, String(fields[2])) }
    }
    return best.kind
  }

  /// What may be wrong with it, for a person.
  var warnings: [String] {
    var warnings: [String] = []
    if !isWritable { warnings.append("\(path): no file can be made there") }
    if isOpenToOthers { warnings.append("\(path): others than its owner can write there") }
    if isInMemory { warnings.append("\(path): lies in memory; a journal there does not survive a power cut") }
    if let freeMebibytes, freeMebibytes < 100 { warnings.append("\(path): only \(freeMebibytes) MiB are free") }
    if isRoot { warnings.append("the program runs as root; sessions with people need no such rights") }
    return warnings
  }
}

/// What the doctor says.
struct DoctorReport {
  let probe: TerminalProbe
  let place: StudyPlace
  let overhead: SelfOverhead

  /// What is and what is not claimed of times; the README says the same.
  static let claims = [
    "claimed: one monotonic clock; an event's time is that at which its bytes were read, in microseconds",
    "claimed: an event is in its journal before the next frame is handed to the terminal",
    "claimed: input that was read before its frame was handed over is marked anticipatory",
    "not claimed: when a key was pressed; keyboard, terminal, multiplexer and network come before the read",
    "not claimed: when a frame could be seen; --fence records when the terminal had worked it off, not when it was painted",
    "not claimed: that anything on screen was seen, or read",
  ]

  /// The libraries that the binary needs; a static build has Swift's own in it.
  static let libraries = "libc, libstdc++, libncursesw, libtinfo"

  var lines: [String] {
    var lines = [
      "clickwrap \(Program.version), engine \(JournalFormat.engineVersion); it needs \(DoctorReport.libraries)"
    ]
    lines += terminalLines + clockLines
    lines.append("folder: \(place.path), \(place.freeMebibytes.map { "\($0) MiB free" } ?? "size unknown")")
    let problems = probe.degradations.map(\.explanation)
    lines.append(problems.isEmpty ? "degraded: nothing" : "degraded:")
    lines += problems.map { "  \($0)" }
    if !place.warnings.isEmpty { lines.append("look at:") }
    lines += place.warnings.map { "  \($0)" }
    lines.append("times:")
    return lines + DoctorReport.claims.map { "  \($0)" }
  }

  private var terminalLines: [String] {
    let size = probe.size.map { "\($0.columns)x\($0.rows)" } ?? "size unknown"
    let type = probe.type.isEmpty ? "TERM not set" : "TERM=\(probe.type)"
    var lines = [
      "terminal: \(type), \(size), \(probe.isInputTerminal && probe.isOutputTerminal ? "both ends" : "not both ends")"
    ]
    if let found = probe.capabilities {
      lines.append(
        "  colours \(found.isDirect ? "direct" : "\(found.colors)"), mouse \(found.hasMouse ? "yes" : "no"), alternate screen "
          + "\(found.hasAlternateScreen ? "yes" : "no"), cursor addressing \(found.canMoveCursor ? "yes" : "no")")
    }
    lines.append(
      "  reached through: \(probe.through.isEmpty ? "nothing that shows" : probe.through.joined(separator: ", "))")
    let locale = probe.locale.first { $0.value?.isEmpty == false }
    lines.append("characters: \(probe.codeset) (\(locale.map { "\($0.name)=\($0.value ?? "")" } ?? "no locale set"))")
    let set = probe.environment.filter { $0.value != nil }.map { "\($0.name)=\($0.value ?? "")" }
    if !set.isEmpty { lines.append("environment: \(set.joined(separator: " "))") }
    return lines
  }

  private var clockLines: [String] {
    var resolution = timespec()
    clock_getres(CLOCK_MONOTONIC, &resolution)
    var lines = ["clock: monotonic, resolution \(resolution.tv_nsec) ns"]
    lines.append("added by the program, medians here and now:")
    lines.append("  event to frame, in memory: \(microseconds(overhead.frame))")
    lines.append("  line of the journal, hashed and written: \(microseconds(overhead.line))")
    lines.append("  sync at a decision: \(microseconds(overhead.sync))")
    if let problem = overhead.journalProblem { lines.append("  no journal can be written: \(problem)") }
    lines.append(
      overhead.answer.median == nil
        ? "  the terminal gives no answer to a question for its cursor"
        : "  the terminal's answer, there and back: \(microseconds(overhead.answer))")
    return lines
  }

  private func microseconds(_ times: SelfOverhead.Times) -> String {
    guard let median = times.median, let longest = times.longest else { return "not measured" }
    return "\(tenths(median)) us (longest \(tenths(longest)) us, n = \(times.nanoseconds.count))"
  }

  private func tenths(_ nanoseconds: Int64) -> String { "\(nanoseconds / 1000).\(nanoseconds / 100 % 10)" }

  var json: JSON {
    func times(_ times: SelfOverhead.Times) -> JSON {
      .object([
        ("median_ns", times.median.map { .number($0) } ?? .null),
        ("longest_ns", times.longest.map { .number($0) } ?? .null),
        ("n", .number(Int64(times.nanoseconds.count))),
      ])
    }
    func texts(_ texts: [String]) -> JSON { .array(texts.map { .text($0) }) }
    let found = probe.capabilities
    return .object([
      ("version", .text(Program.version)), ("engine", .number(Int64(JournalFormat.engineVersion))),
      ("term", .text(probe.type)), ("input_is_terminal", .bool(probe.isInputTerminal)),
      ("output_is_terminal", .bool(probe.isOutputTerminal)),
      ("columns", probe.size.map { .number(Int64($0.columns)) } ?? .null),
      ("rows", probe.size.map { .number(Int64($0.rows)) } ?? .null),
      ("colours", found.map { .number(Int64($0.colors)) } ?? .null), ("direct", .bool(found?.isDirect ?? false)),
      ("mouse", .bool(found?.hasMouse ?? false)), ("codeset", .text(probe.codeset)), ("through", texts(probe.through)),
      ("environment", .object((probe.locale + probe.environment).map { ($0.name, JSON($0.value)) })),
      ("folder", .text(place.path)), ("free_mib", place.freeMebibytes.map { .number($0) } ?? .null),
      ("degraded", texts(probe.degradations.map(\.explanation))), ("warnings", texts(place.warnings)),
      ("journal_problem", JSON(overhead.journalProblem)), ("frame", times(overhead.frame)),
      ("journal_line", times(overhead.line)), ("sync", times(overhead.sync)), ("answer", times(overhead.answer)),
      ("claims", texts(DoctorReport.claims)),
    ])
  }
}

import Glibc

/// The program in a terminal of its own: keys go in, and what it shows is read from a model of the screen.
final class Pty {
  /// How the program ended.
  enum End: Equatable {
    case exit(Int32)
    case signal(Int32)
  }

  let process: pid_t
  private(set) var screen: ScreenModel
  /// Everything the program wrote.
  private(set) var output: [UInt8] = []
  private let path: String
  private var master: Int32
  private var waited: End?
  private let before: termios

  /// Where the built program lies: beside the tests.
  static let program: String = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    return folder + "/clickwrap"
  }()

  /// The program, or a shell for a script that starts it, in a terminal of its own.
  ///
  /// - Parameters:
  ///   - script: what a shell does; `$PROGRAM` in it is the program, `"$@"` are the arguments.
  ///   - input: a file in place of the terminal as standard input.
  init(
    _ arguments: [String], columns: Int = 80, rows: Int = 24, environment: [String: String] = [:],
    script: String? = nil, input: String? = nil
  ) throws {
    let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var number: UInt32 = 0
    var lock: Int32 = 0
    // TIOCGPTN and TIOCSPTLCK: the C functions for it are hidden from Swift.
    guard master >= 0, ioctl(master, 0x8004_5430, &number) == 0, ioctl(master, 0x4004_5431, &lock) == 0 else {
      throw PtyError.system("ptmx", errno)
    }
    path = "/dev/pts/\(number)"
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    var modes = termios()
    tcgetattr(master, &modes)
    before = modes
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    // The first terminal that the leader of a session opens becomes its own.
    posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    if let input { posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    var defaults = sigset_t()
    sigfillset(&defaults)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // 0x80 is POSIX_SPAWN_SETSID.
    posix_spawnattr_setflags(
      &attributes, 0x80 | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
    var variables = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"]
    variables.merge(environment) { $1 }
    variables["PROGRAM"] = Pty.program
    let started = script == nil ? Pty.program : "/bin/sh"
    let words = script.map { ["sh", "-c", $0, "sh"] + arguments } ?? [Pty.program] + arguments
    let arguments = words.map { strdup($0) } + [nil]
    let values = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { for pointer in arguments + values { free(pointer) } }
    var process = pid_t()
    let failure = posix_spawn(&process, started, &actions, &attributes, arguments, values)
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
    guard failure == 0 else { throw PtyError.system("spawn \(started)", failure) }
    self.master = master
    self.process = process
    screen = ScreenModel(columns: columns, rows: rows)
  }

  deinit {
    if waited == nil {
      kill(process, SIGKILL)
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
    if master >= 0 { Glibc.close(master) }
  }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(master, bytes, bytes.count)
  }

  func signal(_ number: Int32) { kill(process, number) }

  /// Sends a signal to the shell of a script and to what it started, which are one job.
  func signalAll(_ number: Int32) { kill(-process, number) }

  /// Sends a signal to the job that has the terminal.
  func signalForeground(_ number: Int32) { kill(-tcgetpgrp(master), number) }

  func resize(columns: Int, rows: Int) {
    _ = read(milliseconds: 0)
    screen.resize(columns: columns, rows: rows)
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// Takes the terminal away.
  func hangUp() {
    Glibc.close(master)
    master = -1
  }

  /// Reads until the screen is as wanted; false when that does not come to pass within ten seconds.
  func wait(for isThere: (ScreenModel) -> Bool) -> Bool {
    let deadline = Pty.now() + 10_000
    while !isThere(screen) {
      let rest = deadline - Pty.now()
      guard rest > 0, read(milliseconds: rest) else { return isThere(screen) }
    }
    // What is there may be the first piece of a frame: the rest of it is read too.
    for _ in 0..<16 { guard read(milliseconds: 5) else { break } }
    return true
  }

  func wait(for text: String) -> Bool { wait { $0.text.contains(text) } }

  /// Reads until nothing has come for 50 ms, and says whether the screen then is as wanted.
  func settle(_ isThere: (ScreenModel) -> Bool) -> Bool {
    while !isThere(screen), read(milliseconds: 50) {}
    return isThere(screen)
  }

  /// Reads to the end of the output and waits for the end of the program; one that is silent for ten seconds without
  /// ending is killed, so that a test fails and never hangs.
  func end() -> End {
    if master >= 0 { while read(milliseconds: 10_000) {} }
    let deadline = Pty.now() + 10_000
    while true {
      if hasEnded, let waited { return waited }
      if Pty.now() > deadline { kill(process, SIGKILL) }
      usleep(1000)
    }
  }

  /// Whether the program has ended, asked without waiting for it.
  var hasEnded: Bool {
    if waited != nil { return true }
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) == process else { return false }
    waited = status & 0x7F == 0 ? .exit(status >> 8 & 0xFF) : .signal(status & 0x7F)
    return true
  }

  /// Writes bytes while reading what comes, so that neither side waits for the other for ever, until the program has
  /// done what there is to do and waits for more.
  ///
  /// - Returns: how many were written; not all of them when the program has ended or takes none for ten seconds.
  func exchange(_ bytes: [UInt8]) -> Int {
    let flags = fcntl(master, F_GETFL)
    _ = fcntl(master, F_SETFL, flags | O_NONBLOCK)
    defer { _ = fcntl(master, F_SETFL, flags) }
    var written = 0
    var deadline = Pty.now() + 10_000
    while written < bytes.count, !hasEnded, Pty.now() < deadline {
      var waited = pollfd(fd: master, events: Int16(POLLIN | POLLOUT), revents: 0)
      guard poll(&waited, 1, 100) > 0 else { continue }
      if waited.revents & Int16(POLLIN) != 0 { _ = read(milliseconds: 0) }
      guard waited.revents & Int16(POLLOUT) != 0 else { continue }
      let count = bytes.withUnsafeBytes { write(master, $0.baseAddress! + written, bytes.count - written) }
      if count > 0 {
        written += count
        deadline = Pty.now() + 10_000
      }
    }
    deadline = Pty.now() + 10_000
    while !hasEnded, !isIdle, Pty.now() < deadline { _ = read(milliseconds: 1) }
    return written
  }

  /// Whether the program sleeps while there is nothing for it to read and nothing of it to be read.
  private var isIdle: Bool {
    guard ProcessFacts(process).state == "S" else { return false }
    let terminal = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    defer { Glibc.close(terminal) }
    var (toRead, toShow): (Int32, Int32) = (0, 0)
    return ioctl(terminal, UInt(FIONREAD), &toRead) == 0 && ioctl(master, UInt(FIONREAD), &toShow) == 0 && toRead == 0
      && toShow == 0
  }

  /// What the program has left behind on its terminal; empty when it gave it back.
  var leftBehind: [String] {
    var left: [String] = []
    for (mode, name) in [
      (1049, "alternate screen"), (1000, "mouse"), (1002, "mouse"), (1006, "mouse"), (2004, "paste"),
      (1004, "focus"), (1, "keypad"),
    ]
    where screen.modes.contains(mode) { left.append(name) }
    if !screen.modes.contains(25) { left.append("hidden cursor") }
    var modes = termios()
    if tcgetattr(master, &modes) == 0, modes.c_lflag != before.c_lflag || modes.c_iflag != before.c_iflag {
      left.append("modes of the line")
    }
    return left
  }

  /// Reads what comes within a time; false when nothing came.
  func read(milliseconds: Int) -> Bool {
    var waited = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&waited, 1, Int32(clamping: milliseconds)) > 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = Glibc.read(master, &buffer, buffer.count)
    guard count > 0 else { return false }
    output += buffer.prefix(count)
    screen.feed(Array(buffer.prefix(count)))
    return true
  }

  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }
}

/// What `/proc` says of a process.
struct ProcessFacts {
  /// The letter of its state: S when its first thread sleeps, T when it is stopped.
  let state: String
  /// The numbers of what it has started.
  let children: String

  init(_ process: pid_t) {
    // The state follows the name, which is in brackets and may hold anything.
    let stat = ProcessFacts.text("/proc/\(process)/stat")
    state = stat.lastIndex(of: ")").map { String(stat[$0...].dropFirst(2).prefix(1)) } ?? ""
    var children = ""
    if let tasks = opendir("/proc/\(process)/task") {
      while let entry = readdir(tasks) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        children += ProcessFacts.text("/proc/\(process)/task/\(name)/children")
      }
      closedir(tasks)
    }
    self.children = children
  }

  private static func text(_ path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}

enum PtyError: Error {
  case system(String, Int32)
}

import ArgumentParser
import ConsentJournal
import ConsentStudy
import Glibc

struct AnchorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "anchor", abstract: "Print one line that a study or a journal can be held against later.",
    discussion: """
      Of a study it is the head of the chain over all sessions that have ended, of a journal the chain after its last whole \
      line. Deposit it where nobody who can change the study can change it: a registry, an e-mail, paper. Whatever is \
      changed or cut off afterwards, `clickwrap verify --anchor` finds. The line names nobody.

      --sign adds an Ed25519 signature, so that the line can be kept anywhere. The key proves who made it, not when.

      Exit status: 0 printed; 1 a file cannot be read or written; 4 what was to be anchored is broken.

      Examples:
        clickwrap anchor --new-key lab.key > lab.pub
        clickwrap anchor defaults --sign lab.key >> deposited.jsonl
        clickwrap anchor mine.jsonl
      """)

  @Argument(help: "A study, or a journal.")
  var path: String?

  @Option(help: "Make a key in a file that is not there yet and that only you may read; its public key is printed.")
  var newKey: String?

  @Option(help: "Sign the line with the key in this file.")
  var sign: String?

  func validate() throws {
    if newKey == nil, path == nil { throw ValidationError("name a study or a journal, or make a key with --new-key") }
    if newKey != nil, path != nil || sign != nil { throw ValidationError("--new-key stands alone") }
  }

  func run() throws {
    if let newKey {
      Console.line(try AnchorKey(makingAt: newKey).publicKey.hex)
      return
    }
    guard let path else { return }
    let key = try sign.map { try AnchorKey(readingFrom: $0) }
    let anchor = StudyFolder(path).isStudy ? try study(path) : try journal(path)
    Console.out(try (key?.sign(anchor) ?? anchor).line + "\n")
  }

  private func journal(_ path: String) throws -> Anchor {
    do {
      return try Anchor(ofJournal: path)
    } catch JournalError.broken(let line, let fault) {
      throw CommandFailure(.broken, "\(path):\(line): broken: \(fault)")
    }
  }

  private func study(_ path: String) throws -> Anchor {
    let study = try OpenStudy(path)
    let chain = try study.ledger.chain()
    let problems = StudyCounts.problems(
      sessions: try study.ledger.sessions(), slots: try study.ledger.slots(), chain: chain)
    guard problems.isEmpty else { throw CommandFailure(.broken, lines: problems.map { "\(path): \($0)" }) }
    guard let head = Digest256(hex: chain.last?.link ?? ChainLink.zeros) else {
      throw CommandFailure(.broken, "\(path): the last link of the chain is no digest")
    }
    return Anchor(.study(links: chain.count), head: head)
  }
}

/// Anchors on a command line, their signatures checked.
struct Anchors {
  /// What is held against journals and studies.
  var deposit: Deposit
  private let place: String

  /// Reads them.
  ///
  /// - Parameters:
  ///   - place: a file of anchors, or one head.
  ///   - publicKey: a key or a file with one, by which every anchor has to be signed; nil checks signatures where there
  ///     are any.
  init(_ place: String, publicKey: String?) throws {
    self.place = place
    do {
      deposit = try Deposit(place)
    } catch JournalError.broken(let line, let fault) {
      throw CommandFailure(.broken, "\(place):\(line): no anchor: \(fault)")
    }
    let key = try publicKey.map(Anchors.key)
    var problems: [String] = []
    for (index, anchor) in deposit.anchors.enumerated() {
      func add(_ problem: String) { problems.append("\(place): anchor \(index + 1): \(problem)") }
      if anchor.signature != nil, !anchor.hasGoodSignature {
        add("the signature is wrong")
      } else if let key, anchor.signature?.publicKey != key {
        add(anchor.signature == nil ? "it is not signed" : "it is signed by another key")
      }
    }
    guard problems.isEmpty else { throw CommandFailure(.broken, lines: problems) }
  }

  private static func key(_ place: String) throws -> Digest256 {
    if let key = Digest256(hex: place) { return key }
    guard let bytes = try DurableFile.contents(of: place, limit: 4096) else {
      throw CommandFailure(.failure, "clickwrap: \(place): no public key, and no file of that name")
    }
    var text = String(decoding: bytes, as: UTF8.self)
    while text.last?.isWhitespace == true { text.removeLast() }
    guard let key = Digest256(hex: text) else {
      throw CommandFailure(.failure, "clickwrap: \(place): no public key in it; one is 64 hexadecimal digits")
    }
    return key
  }

  /// The anchors that nothing was found for, in words.
  var unmet: [String] {
    zip(deposit.anchors, deposit.isMet).enumerated().compactMap { index, pair in
      guard !pair.1 else { return nil }
      let what =
        switch pair.0.subject {
        case .journal: "no journal here begins as the one that was anchored"
        case .study: "it is of a study, and none was verified"
        case .anything: "nothing here has or had this head"
        }
      return "\(place): anchor \(index + 1): \(what)"
    }
  }
}

/// The lines of a file or of standard input, each as soon as it is there.
struct LinesOfFile {
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false

  /// - Parameter path: the file; `-` is standard input.
  init(_ path: String) throws {
    descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw JournalError.system("open", path: path, errno: errno) }
  }

  /// The next line that is not empty, without its newline; nil at the end.
  mutating func next() throws -> String? {
    while true {
      if let end = buffer[start...].firstIndex(of: 0x0A) {
        let line = buffer[start..<end]
        start = end + 1
        if !line.isEmpty { return String(decoding: line, as: UTF8.self) }
      } else if isAtEnd {
        let rest = buffer[start...]
        start = buffer.count
        return rest.isEmpty ? nil : String(decoding: rest, as: UTF8.self)
      } else {
        try fill()
      }
    }
  }

  private mutating func fill() throws {
    buffer.removeSubrange(..<start)
    start = 0
    var room = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &room, room.count)
    guard count >= 0 || errno == EINTR else { throw JournalError.system("read", path: "-", errno: errno) }
    if count == 0 { isAtEnd = true }
    if count > 0 { buffer += room[..<count] }
  }
}

import ConsentJournal
import ConsentModel

/// A receipt of a consent; the same session gives the same bytes.
public struct Receipt: Sendable {
  let history: ConsentHistory
  let setting: ReceiptSetting

  /// The formats that are written.
  public enum Format: String, CaseIterable, Hashable, Sendable {
    /// ISO/IEC TS 27560:2023, by its field names, in JSON.
    case iso27560 = "27560"
    /// Kantara consent receipt 1.1.
    case kantara
    /// Data Privacy Vocabulary 2.3, in JSON-LD with its context inside.
    case dpv
    /// Lines for people.
    case text
  }

  /// A receipt of what happened under a setting.
  public init(_ history: ConsentHistory, _ setting: ReceiptSetting) {
    self.history = history
    self.setting = setting
  }

  /// The receipt in a format.
  public func text(_ format: Format) -> String {
    switch format {
    case .iso27560: iso27560.document
    case .kantara: kantara.document
    case .dpv: dpv.document
    case .text: lines.joined(separator: "\n") + "\n"
    }
  }

  // MARK: What all formats say

  /// What is said wherever there is room, lest a simulated receipt is taken for a real one.
  static let simulationNotice =
    "SIMULATED. This receipt was made by a laboratory for the study of consent. The vendor does not exist, nobody "
    + "consented to anything, and no data was processed."

  /// The notice for this receipt; nil when the consent is real.
  var marking: String? {
    if history.isSimulated, history.consent == .study {
      return "SIMULATED. The participant was a program; nobody took part in anything."
    }
    if history.isSimulated { return Receipt.simulationNotice }
    return history.isPilot ? "PILOT. The consent is real; the study was being tried out." : nil
  }

  private var prefix: String { history.isSimulated ? "SIMULATED-" : history.isPilot ? "PILOT-" : "STUDY-" }

  /// An id that follows from the journal: a UUID of version 8, with a prefix that says of what kind it is.
  func id(_ what: String) -> String {
    let name = "clickwrap receipt 1\n\(history.consent.rawValue)\n\(what)\n\(history.head.hex)\n"
    var digits = Array(Digest256(of: Array(name.utf8)).hex.prefix(32))
    digits[12] = "8"
    digits[16] = Array("89ab")[(digits[16].hexDigitValue ?? 0) & 3]
    let uuid = [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]].map { String($0) }
    return prefix + uuid.joined(separator: "-")
  }

  /// The id of the receipt.
  var receiptID: String { id("receipt") }

  /// The participant, by nothing that tells who they are.
  var principal: String {
    if let study = history.header.study, history.consent == .study {
      return "\(prefix)session-\(study.session)-of-\(study.digest.hex.prefix(16))"
    }
    return "\(prefix)participant-\(Digest256(of: Array(history.header.salt.utf8)).hex.prefix(16))"
  }

  var language: String { history.header.language }

  /// What was asked for, in words.
  func title(_ act: ConsentAct) -> String {
    switch act.kind {
    case .contract: "terms of a contract: \(act.name)"
    case .purpose: "optional purpose: \(act.name)"
    case .participation: "taking part in \(setting.service)"
    }
  }

  /// How it stands, in words.
  func standing(_ act: ConsentAct) -> String {
    let status = act.standing.status
    switch (act.kind, status) {
    case (.contract, .requested): return "offered"
    case (.contract, .given), (.contract, .renewed): return "accepted"
    case (.contract, .deferred), (_, .deferred): return "put off"
    case (_, .requested): return "asked for"
    case (_, .given): return "given"
    case (_, .renewed): return "given again"
    case (.contract, .refused), (_, .refused): return "refused"
    case (_, .withdrawn): return "withdrawn"
    case (_, .unknown): return "unknown"
    case (_, .dateOfDecision): return "the date of decision passed"
    }
  }

  /// What kinds of data it is about.
  func data(_ act: ConsentAct) -> [String] {
    switch act.kind {
    case .contract: ["Account (simulated)"]
    case .purpose: ["Communication (chats and coding sessions, simulated)"]
    case .participation: ["Key presses and when they were pressed", "Answers to questions"]
    }
  }

  /// The evidence in the journal, which is no part of any of the formats.
  func evidence(_ event: ConsentEvent) -> ReceiptValue {
    var members: [(String, ReceiptValue)] = [
      ("indication", .text(event.indication)), ("types", .texts(event.types.map(\.rawValue))),
      ("event", .number(Int64(event.event))),
    ]
    if let frame = event.frame { members.append(("frame", .text(Receipt.hex(frame)))) }
    if history.consent == .simulated { members.append(("simulated_date", .text(event.date.text))) }
    return .object(members)
  }

  /// Where the receipt comes from.
  var source: [(String, ReceiptValue)] {
    var members: [(String, ReceiptValue)] = [
      ("consent", .text(history.consent.rawValue)), ("stage", .text(history.header.stage.rawValue)),
      ("flow", .text(history.header.flow)), ("flow_digest", .text(history.header.flowDigest.hex)),
      ("condition", .object(history.header.condition.map { ($0.factor, .text($0.level)) })),
      ("journal_head", .text(history.head.hex)), ("journal_is_complete", .bool(history.isComplete)),
    ]
    if !history.notice.isEmpty { members.append(("notice", .text(history.notice))) }
    if !history.consequences.isEmpty {
      members.append(("consequences", .object(history.consequences.map { ($0.name, .text($0.value)) })))
    }
    return members
  }

  /// 16 hexadecimal digits.
  static func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

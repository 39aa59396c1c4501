import ConsentJournal
import ConsentStudy

/// What a receipt says besides what happened in the session: who asked, for what, and what holds of the data.
public struct ReceiptSetting: Hashable, Sendable {
  /// Who asked.
  var controller: Party
  /// Where the notice is to be found.
  var policyURL: String
  /// Whose law holds.
  var jurisdiction: String
  /// How long the data are kept.
  var retention: String
  /// How the consent is taken back.
  var withdrawal: String
  /// Where the data are.
  var storage: String
  /// What is done with them.
  var processing: String
  /// What they are used for besides what is in the name of an act.
  var service: String

  /// Who asks for a consent.
  struct Party: Hashable, Sendable {
    var name: String
    var contact: String
    var email: String
    var phone: String
    var address: String
    var url: String
  }

  private static let unstated = "not stated"

  /// The fictional vendor of a simulated consent.
  public init(simulatedIn history: ConsentHistory) {
    controller = Party(
      name: "Fictional vendor (simulated; there is no such company)", contact: "privacy@vendor.invalid",
      email: "privacy@vendor.invalid", phone: "none (simulated)", address: "none (simulated), vendor.invalid",
      url: "https://vendor.invalid/")
    policyURL = "https://vendor.invalid/privacy"
    jurisdiction = "none (simulated)"
    let kept = history.told("retention") ?? history.told("storage")
    retention = (kept.map { "as the person is told: \($0)" } ?? "not said by the flow") + " (simulated)"
    withdrawal = "as the simulated screens say; there is nothing real to withdraw"
    storage = "none (simulated): no message left the machine"
    processing = "none (simulated): no data was used for anything but the study of this session"
    service = "simulated service of the flow \(history.header.flow)"
  }

  /// A study.
  ///
  /// Throws `ReceiptError.otherNotice` when study.yaml names another controller or contact than the participant was told.
  ///
  /// - Parameters:
  ///   - plan: what its study.yaml says now.
  ///   - history: what happened.
  ///   - jurisdiction: whose law holds, or nil when nobody says so.
  ///   - policyURL: where the notice is published, or nil; then it is named by its digest (RFC 6920).
  public init(
    _ plan: StudyPlan, _ history: ConsentHistory, jurisdiction: String?, policyURL: String?
  ) throws(ReceiptError) {
    let notice = ReceiptSetting.words(history.notice)
    for (what, value) in [("controller", plan.controller), ("contact", plan.contact), ("approval", plan.approval)]
    where !notice.isEmpty && !notice.contains(ReceiptSetting.words(value)) { throw .otherNotice(what) }
    func stated(_ text: String) -> String { text.isEmpty ? ReceiptSetting.unstated : text }
    let isAddress = plan.contact.split(separator: "@").count == 2 && !plan.contact.contains(where: \.isWhitespace)
    controller = Party(
      name: stated(plan.controller), contact: stated(plan.contact),
      email: isAddress ? plan.contact : ReceiptSetting.unstated, phone: ReceiptSetting.unstated,
      address: ReceiptSetting.unstated, url: policyURL ?? ReceiptSetting.unstated)
    self.policyURL =
      policyURL ?? "ni:///sha-256;\(ReceiptSetting.base64(Digest256(of: Array(history.notice.utf8)).hex))"
    self.jurisdiction = jurisdiction ?? ReceiptSetting.unstated
    retention = "what could tell who somebody is: until \(plan.retainUntil.text)"
    withdrawal = "with the withdrawal code, to \(stated(plan.contact)), or by the data choice at the end of the session"
    storage = "the study's folder, on the machine of those who run it"
    processing = "recording and analysis of a session without its participant's name"
    service = "the study \(plan.name), approval \(stated(plan.approval))"
  }

  /// A text whose white space is single spaces.
  private static func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Hexadecimal digits as base64 for addresses, without padding.
  private static func base64(_ hex: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    var text = ""
    var bits = 0
    var count = 0
    for digit in hex {
      bits = bits << 4 | (digit.hexDigitValue ?? 0)
      count += 4
      while count >= 6 {
        count -= 6
        text.append(alphabet[bits >> count & 63])
        bits &= (1 << count) - 1
      }
    }
    if count > 0 { text.append(alphabet[bits << (6 - count) & 63]) }
    return text
  }
}

import ConsentJournal
import Foundation
import Testing

@testable import ConsentInterchange

/// Sessions of earlier versions, whose journals never change.
private enum Kept: String, CaseIterable {
  case acceptedUntouched = "0.1.0/accept"
  case changedMind = "0.1.0/off-first"
  case explicitPair = "0.1.0/explicit-pair"
  case acceptedWithoutTraining = "0.2.0/lines"
  case inJapanese = "0.2.0/ja"
  case putOff = "0.2.0/kiosk"
  case stopped = "0.2.0/stopped"

  var path: String { "\(GoldenText.root)/Tests/Fixtures/\(rawValue).jsonl" }

  func history() throws -> ConsentHistory { try ConsentHistory.read(path, .simulated, with: JournalVerifier()) }

  func receipt() throws -> Receipt {
    let history = try history()
    return Receipt(history, ReceiptSetting(simulatedIn: history))
  }
}

@Suite("receipts") struct ReceiptTests {
  private static let checked: [Receipt.Format] = [.iso27560, .kantara, .dpv]

  @Test func whatHappenedInWords() throws {
    let texts = try Kept.allCases.map { "== \($0.rawValue)\n\n" + (try $0.receipt().text(.text)) }
    try GoldenText.check("Tests/ConsentInterchangeTests/Receipts/Goldens/receipts.txt", texts.joined(separator: "\n"))
  }

  @Test(arguments: checked)
  func everyFormatOfOneSession(_ format: Receipt.Format) throws {
    let text = try Kept.acceptedWithoutTraining.receipt().text(format)
    try GoldenText.check("Tests/ConsentInterchangeTests/Receipts/Goldens/refused.\(format.rawValue).json", text)
  }

  @Test func everyReceiptIsWholeAndSaysThatItIsSimulated() throws {
    for kept in Kept.allCases {
      let receipt = try kept.receipt()
      for format in ReceiptTests.checked {
        let text = receipt.text(format)
        let (found, problems) = ReceiptCheck.problems(in: Array(text.utf8), format: nil)
        #expect(found == format && problems.isEmpty, "\(kept.rawValue), \(format.rawValue): \(problems)")
        #expect(text.contains("SIMULATED") && text == receipt.text(format), "\(kept.rawValue), \(format.rawValue)")
      }
    }
  }

  /// Which members nobody misses is read in the golden; each further one has to be named by the check.
  @Test(arguments: checked)
  func whatIsTakenAwayIsMissed(_ format: Receipt.Format) throws {
    var free: Set<String> = []
    var missed = 0
    for kept in [Kept.acceptedUntouched, .acceptedWithoutTraining, .putOff] {
      let text = try kept.receipt().text(format)
      let whole = try JSONSerialization.jsonObject(with: Data(text.utf8))
      for path in Paths.all(in: whole) {
        let data = try JSONSerialization.data(withJSONObject: Paths.remove(path[...], from: whole))
        let problems = ReceiptCheck.problems(in: Array(data), format: format).problems
        if problems.isEmpty {
          free.insert(path.filter { Int($0) == nil }.joined(separator: "."))
        } else {
          missed += 1
          #expect(problems.allSatisfy { $0.line > 0 && !$0.words.isEmpty })
        }
      }
    }
    #expect(missed > 50, "\(missed)")
    try GoldenText.check(
      "Tests/ConsentInterchangeTests/Receipts/Goldens/optional.\(format.rawValue).txt",
      free.sorted().joined(separator: "\n") + "\n")
  }

  @Test func nothingInAReceiptActsOnATerminal() throws {
    var history = try Kept.acceptedUntouched.history()
    let hostile = "\u{1B}[2J\u{7}\u{9B}1m\u{202E}\n\"\\\u{0}\u{2028}"
    history.header.flow = hostile
    history.header.language = hostile
    history.notice = hostile
    for index in history.acts.indices {
      history.acts[index].name += hostile
      for event in history.acts[index].events.indices { history.acts[index].events[event].indication = hostile }
    }
    let receipt = Receipt(history, ReceiptSetting(simulatedIn: history))
    for format in Receipt.Format.allCases {
      let text = receipt.text(format)
      let active = text.unicodeScalars.filter { scalar in
        (scalar.value < 0x20 && scalar != "\n") || (0x7F..<0xA0).contains(scalar.value)
          || [0x202E, 0x2028].contains(scalar.value)
      }
      #expect(active.isEmpty, "\(format.rawValue): \(active)")
      guard format != .text else { continue }
      let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
      #expect(Paths.all(in: object).count > 50)
    }
  }

  @Test func withoutAStudyThereIsNoConsentToOne() {
    #expect(throws: ReceiptError.nothingAsked(.study)) {
      try ConsentHistory.read(Kept.acceptedUntouched.path, .study, with: JournalVerifier())
    }
  }

  @Test func aReceiptThatIsNoneIsSaidToBeNone() {
    let cases: [(String, Int)] = [("", 1), ("{", 1), ("[]", 1), ("{\n\"a\": 1,\n", 3), ("{\"a\":1,\"a\":1}", 1)]
    for (text, line) in cases {
      let problems = ReceiptCheck.problems(in: Array(text.utf8), format: nil).problems
      #expect(problems.first?.line == line, "\(text): \(problems)")
    }
    #expect(!ReceiptCheck.problems(in: [0x7B, 0xFF, 0xFE, 0x7D], format: .kantara).problems.isEmpty)
  }
}

/// Ways to members of JSON: keys and numbers of items.
private enum Paths {
  static func all(in value: Any) -> [[String]] {
    switch value {
    case let object as [String: Any]:
      return object.keys.sorted().flatMap { key in
        [[key]] + (object[key].map { all(in: $0) } ?? []).map { [key] + $0 }
      }
    case let list as [Any]:
      return list.enumerated().flatMap { index, item in all(in: item).map { ["\(index)"] + $0 } }
    default: return []
    }
  }

  static func remove(_ path: ArraySlice<String>, from value: Any) -> Any {
    guard let first = path.first else { return value }
    if var object = value as? [String: Any] {
      object[first] = path.count == 1 ? nil : object[first].map { remove(path.dropFirst(), from: $0) }
      return object
    }
    guard var list = value as? [Any], let index = Int(first), list.indices.contains(index) else { return value }
    list[index] = remove(path.dropFirst(), from: list[index])
    return list
  }
}

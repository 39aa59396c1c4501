import ConsentSource

/// A block of questions as data: what is asked, how it is answered, and how it is scored.
public struct Instrument: Hashable, Sendable {
  /// How its items make one number.
  public enum Scoring: String, CaseIterable, Sendable {
    /// Each item stands for itself.
    case none
    /// The System Usability Scale.
    case sus
    /// UMUX-Lite.
    case umuxLite = "umux-lite"
    /// The NASA Task Load Index without weights.
    case rawTLX = "raw-tlx"
    /// The mean of its items.
    case mean
  }

  /// In which order its items come.
  public enum Order: String, CaseIterable, Sendable {
    /// As they are written.
    case fixed
    /// A row of a balanced square, drawn from the session's seed.
    case balanced
  }

  /// Its name: its folder below `instruments/`.
  public var name: String
  /// What it is called in lists and codebooks; no participant sees it.
  public var title: String
  /// Where a published scale was published; nil for questions of our own.
  public var source: String?
  /// Languages besides English in which a published scale may be shown, each with where its translation was published.
  public var translations: [String: String]
  /// How its items make one number.
  public var scoring: Scoring
  /// In which order its items come.
  public var order: Order
  /// Key of a text above every item, or nil.
  public var lead: Marked<String>?
  /// Its items in the order of the file, at least one.
  public var items: [Item]
  /// Where it begins in its file.
  public var mark: Mark

  /// One question.
  public struct Item: Hashable, Sendable {
    /// Its name, unique in its instrument.
    public var name: Marked<String>
    /// How it is answered.
    public var kind: Kind
    /// Its wordings: one, or mirrored ones of which one is drawn for each session.
    public var versions: [Version]
    /// Whether one cannot go on without an answer; declining to answer is one.
    public var isRequired: Bool
    /// Whether it offers "I prefer not to say".
    public var offersPreferNot: Bool
    /// Conditions on variables of the flow under which it is asked, a mapping as in screen files; nil for always.
    public var when: Node?
    /// Where it begins in its file.
    public var mark: Mark
  }

  /// One wording of an item.
  public struct Version: Hashable, Sendable {
    /// Its name; empty where there is only one.
    public var name: String
    /// Key of its text.
    public var text: Marked<String>
    /// The answer that is right, or nil where none is.
    public var correct: Marked<String>?
  }

  /// One answer of several that are given.
  public struct Option: Hashable, Sendable {
    /// The value that stands in the data: the last part of the text's key.
    public var value: String
    /// Key of its text.
    public var text: Marked<String>
  }

  /// How an item is answered.
  public enum Kind: Hashable, Sendable {
    /// One of 5 or 7 points with texts at both ends or at each of them.
    case likert(points: Int, anchors: [Marked<String>], isReversed: Bool)
    /// How sure one is: one of 5 points, each with a text.
    case confidence(anchors: [Marked<String>])
    /// One of several answers.
    case single([Option])
    /// Any of several answers.
    case multiple([Option])
    /// A whole number in a range.
    case number(ClosedRange<Int>)
    /// A point between 0 and `maximum`, a whole number of steps away from 0.
    case slider(maximum: Int, step: Int, anchors: [Marked<String>], isReversed: Bool)
    /// Private text of at most so many characters in a field of so many rows; kept apart only where it is said so.
    case text(maximum: Int, rows: Int, isKept: Bool)
  }
}

extension Instrument {
  /// The value of an answer that was declined.
  public static let preferNot = "prefer-not"
  /// The value of a list that was passed over.
  public static let skipped = "skipped"
  /// The value before there is an answer.
  public static let unset = "unset"
  /// The value of the answer that is apart from right and wrong.
  public static let dontKnow = "dont-know"

  /// The screen that leads to the item that is next, and has no frame of its own.
  public var beginScreen: String { "\(name)-begin" }
  /// The variable that counts the items that have been passed.
  public var positionVariable: String { "position_\(name)" }
  /// The variable of the order, drawn; only where the order is balanced.
  public var orderVariable: String { "order_\(name)" }
  /// The screen of an item.
  public func screen(of item: Item) -> String { "\(name)-\(item.name.value)" }
  /// The variable of an item's answer; with several answers, of one of them.
  public func answerVariable(of item: Item, option: Option? = nil) -> String {
    "answer_\(name)_\(item.name.value)" + (option.map { "_\($0.value)" } ?? "")
  }
  /// The variable that says whether an answer without values of its own was declined; only where that is offered.
  public func declinedVariable(of item: Item) -> String { "declined_\(name)_\(item.name.value)" }
  /// The variable of the wording, drawn; only where there are several.
  public func versionVariable(of item: Item) -> String { "version_\(item.name.value)" }

  /// Names of the screens on which text is typed that the study keeps, apart from the journals.
  public var screensWithKeptText: [String] {
    items.compactMap { item in
      if case .text(_, _, isKept: true) = item.kind { screen(of: item) } else { nil }
    }
  }

  /// The orders of its items, each a permutation of their indices; the values of the drawn variable are their names.
  public var orders: [(name: String, items: [Int])] {
    switch order {
    case .fixed: [("", Array(items.indices))]
    case .balanced:
      BalancedSquare.rows(items.count).map { row in (row.map { String($0 + 1) }.joined(separator: "-"), row) }
    }
  }
}

extension Instrument.Item {
  /// The values of its answer by name, `unset` first; empty where the answer is a number or several switches.
  public var values: [String] {
    var values: [String]
    switch kind {
    case .likert(let points, _, _): values = (1...points).map { String($0) }
    case .confidence(let anchors): values = anchors.indices.map { String($0 + 1) }
    case .single(let options): values = options.map(\.value)
    case .multiple, .number, .slider, .text: return []
    }
    if !isRequired { values.append(Instrument.skipped) }
    if offersPreferNot { values.append(Instrument.preferNot) }
    return [Instrument.unset] + values
  }

  /// Whether several wordings are drawn from.
  public var isMirrored: Bool { versions.count > 1 }
}

/// Orders in which every item comes equally often in every place and right after every other one.
public enum BalancedSquare {
  /// The largest number of items for which there are orders.
  public static let most = 8

  /// The rows of a Williams square over `count` items, 1...8: `count` rows where it is even, twice as many where it is
  /// odd.
  ///
  /// The first row is 0, 1, n−1, 2, n−2 and so on, each further one adds 1 to every item; for an odd number of items the
  /// same rows follow in reverse (Williams 1949).
  public static func rows(_ count: Int) -> [[Int]] {
    precondition((1...most).contains(count), "a balanced order is for 1 to \(most) items")
    var first = [0]
    var low = 1
    var high = count - 1
    while first.count < count {
      first.append(first.count % 2 == 1 ? low : high)
      if first.count % 2 == 0 { low += 1 } else { high -= 1 }
    }
    let rows = (0..<count).map { shift in first.map { ($0 + shift) % count } }
    return count % 2 == 0 || count == 1 ? rows : rows + rows.map { $0.reversed() }
  }
}

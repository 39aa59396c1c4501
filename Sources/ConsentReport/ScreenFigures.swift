import ConsentAnalysis
import ConsentAudit
import ConsentModel
import ConsentStudy
import FoundationEssentials
import Statistics

/// A picture as an address that needs no network; as an image it is apart from the page, with its own names and styles.
enum PictureAddress {
  static func of(_ svg: String) -> String { "data:image/svg+xml;base64," + Data(svg.utf8).base64EncodedString() }
}

/// The deciding screen of an arm with the times over it.
struct MapView {
  struct Row {
    var screen: String
    var element: String
    var people: Int
    var onScreen: String
    var focused: String
    var passed: Int
    var operated: Int
    var readable: String
  }

  var id: String
  var name: String
  var picture: String
  var alt: String
  var caption: String
  var rows: [Row]

  init(_ name: String, _ arm: StudyReport.Arm, number: Int) {
    id = "map-\(number)"
    self.name = name
    picture = PictureAddress.of(arm.map)
    alt =
      "The deciding screen of \(name), each part coloured by its mean time on screen; the numbers stand in the table below"
    caption =
      "\(name): mean seconds on screen of those who had it there. Frame \(arm.frame). Time on screen, not attention."
    rows = arm.seeing.rows.map { row in
      Row(
        screen: row.screen, element: row.element, people: row.shown, onScreen: Digits.fixed(row.meanOnScreenSeconds, 2),
        focused: Digits.fixed(row.meanFocusedSeconds, 2), passed: row.passedThrough, operated: row.operated,
        readable: MapView.readable(row))
    }
  }

  /// The mean largest readable share at 238 words a minute, and between which bounds it lies.
  private static func readable(_ row: SeeingSummary.Row) -> String {
    guard row.words != nil, row.shown > 0 else { return "–" }
    let shares = row.readableMillionths.map { Digits.fixed(Double($0) / Double(row.shown) / 1e6, 2) }
    return "\(shares[0]) (\(shares[1]) to \(shares[2]))"
  }
}

/// The rules by arm, and the outcomes beside them.
struct RulesView {
  struct Cell {
    var mark: String
    var fires: Bool
  }

  struct Row {
    var name: String
    var cells: [Cell]
  }

  var columns: [String]
  var rows: [Row]
  var outcomes: [TableView.Row]

  init(_ report: StudyReport) {
    let analysis = report.analysis
    columns = analysis.arms.map(\.name)
    let rules = report.arms.first?.rules ?? []
    rows = rules.indices.map { index in
      Row(
        name: "\(rules[index].rule.id) \(rules[index].rule.name)",
        cells: report.arms.map { arm in
          switch arm.rules[index].verdict {
          case .fires: Cell(mark: "x", fires: true)
          case .quiet: Cell(mark: "·", fires: false)
          case .notAssessed: Cell(mark: "?", fires: false)
          }
        })
    }
    outcomes = Outcome.allCases.map { outcome in
      TableView.Row(
        name: Numbers.words(outcome),
        cells: analysis.arms.map { arm in
          let proportion = arm.proportion(outcome)
          return "\(proportion.count)/\(proportion.total), \(Numbers.percent(proportion.share))"
        })
    }
  }
}

/// A decision as it was made.
struct RecordingView {
  var id: String
  var summary: String
  var picture: String
  var alt: String
  var caption: String

  init(_ recording: StudyReport.Recording, number: Int) {
    let clip = recording.clip
    id = "recording-\(number)"
    let time = clip.microseconds.map { "answered after \(Digits.fixed(Double($0) / 1e6, 2)) s" } ?? "not answered"
    summary = "\(recording.arm), session \(recording.session): \(recording.provenance), \(time)"
    picture = PictureAddress.of(clip.svg)
    alt = "Moving picture of the terminal from the pop-up to the first answer: \(summary)"
    caption =
      "\(clip.frames) frames, every one as it was recorded\(clip.isCut ? "; what came later is left out" : ""). Pauses over 4 s are "
      + "shortened. The whole session: clickwrap replay or record."
  }
}

/// Something that a participant wrote.
struct QuoteView {
  var text: String
  var `where`: String

  init(_ quote: StudyReport.Quote) {
    let characters = quote.text.unicodeScalars
    let kept = String(String.UnicodeScalarView(characters.prefix(StudyReport.maximumQuoteCharacters)))
    text = kept.inert + (characters.count > StudyReport.maximumQuoteCharacters ? " …" : "")
    `where` = "\(quote.arm), \(quote.screen)"
  }
}

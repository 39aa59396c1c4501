import ConsentModel

/// Frames one after the other as one picture that moves: an SVG file of its own, without scripts.
///
/// Frames stand below each other on a strip that moves behind a window. A row that several frames have at the same place is
/// drawn once. Viewers that do not move pictures, and people who want no motion, get the last frame.
public struct FilmStrip {
  /// The most frames that a picture may have, so that viewers can show it.
  public static let maximumFrames = 1000
  /// How long the last frame stays before the picture begins again, in milliseconds.
  private static let holdMilliseconds: Int64 = 3000

  private struct Shot {
    var at: SessionTime
    var ground: UInt32
    var rows: [Int]
    var cursor: String
  }

  private let flow: FlowDefinition
  private let title: String
  private var size = Size(columns: 1, rows: 1)
  private var shots: [Shot] = []
  /// The rows that were drawn, and which of them each place and content is.
  private var drawn: [String] = []
  private var known: [RowKey: Int] = [:]
  private var lastDigest: UInt64?

  private struct RowKey: Hashable {
    var row: Int
    var ground: UInt32
    var digest: UInt64
  }

  /// An empty strip.
  ///
  /// - Parameter title: what the picture shows: its accessible name, and the words in the window's bar.
  public init(_ flow: FlowDefinition, title: String) {
    self.flow = flow
    self.title = title
  }

  /// How many frames there are that differ from the one before.
  public private(set) var count = 0

  /// Adds a frame; beyond the most that a picture may have they are only counted.
  public mutating func add(_ frame: borrowing Frame, at time: SessionTime) {
    guard frame.digest != lastDigest else { return }
    lastDigest = frame.digest
    count += 1
    guard count <= FilmStrip.maximumFrames else { return }
    size = Size(
      columns: Int(max(size.columns, frame.size.columns)), rows: Int(max(size.rows, frame.size.rows)))
    let ground = SVGPicture.edgeBackground(copy frame, flow)
    var rows: [Int] = []
    for row in 0..<Int(frame.size.rows) {
      let key = RowKey(row: row, ground: ground, digest: frame.rowDigests[row])
      if let index = known[key] {
        rows.append(index)
        continue
      }
      known[key] = drawn.count
      rows.append(drawn.count)
      drawn.append(SVGPicture.row(row, of: frame, flow: flow, ground: ground))
    }
    shots.append(Shot(at: time, ground: ground, rows: rows, cursor: SVGPicture.cursor(of: frame, flow: flow)))
  }

  /// The picture.
  ///
  /// - Parameters:
  ///   - end: when the last frame goes.
  ///   - idleMilliseconds: a frame that stays for longer stays for so long.
  public func svg(until end: SessionTime, idleMilliseconds: Int) -> String {
    let height = Int(size.rows) * SVGPicture.cellHeight
    let width = Int(size.columns) * SVGPicture.cellWidth
    let last = -(max(shots.count, 1) - 1) * height
    let (starts, total) = schedule(until: end, idleMilliseconds: Int64(idleMilliseconds))
    let stops = starts.enumerated().map { place, start in
      "\(FilmStrip.percent(start, of: total)){transform:translateY(\(-place * height)px)}"
    }
    let style =
      ".film{animation:play \(FilmStrip.thousandths(total))s step-end infinite}@keyframes play{\(stops.joined())}"
      + "@media (prefers-reduced-motion:reduce){.film{animation:none}}"
    var text = SVGPicture.window(title: title, size: size, ground: shots.last?.ground ?? 0xFFFFFF, style: style)
    text += "<defs><clipPath id=\"window\"><rect width=\"\(width)\" height=\"\(height)\"/></clipPath>\n"
    for (index, row) in drawn.enumerated() where !row.isEmpty { text += "<g id=\"r\(index)\">\(row)</g>\n" }
    text += "</defs>\n<g clip-path=\"url(#window)\"><g class=\"film\" transform=\"translate(0 \(last))\">\n"
    for (place, shot) in shots.enumerated() {
      text += "<g transform=\"translate(0 \(place * height))\"><rect width=\"\(width)\" height=\"\(height)\" "
      text += "fill=\"\(SVGPicture.colour(shot.ground))\"/>"
      for row in shot.rows where !drawn[row].isEmpty { text += "<use href=\"#r\(row)\"/>" }
      text += shot.cursor + "</g>\n"
    }
    return text + "</g></g>\n</g>\n</svg>\n"
  }

  /// When each frame comes, in milliseconds, and how long all of it takes.
  private func schedule(until end: SessionTime, idleMilliseconds: Int64) -> (starts: [Int64], total: Int64) {
    var starts: [Int64] = []
    var now: Int64 = 0
    for (place, shot) in shots.enumerated() {
      starts.append(now)
      let next = place + 1 < shots.count ? shots[place + 1].at : max(end, shot.at)
      // A frame that nobody can see would be lost anyway.
      now += min(max(next.milliseconds - shot.at.milliseconds, 20), max(idleMilliseconds, 20))
    }
    return (starts, now + FilmStrip.holdMilliseconds)
  }

  /// A share of all as a percentage with four digits after the point.
  private static func percent(_ part: Int64, of total: Int64) -> String {
    let parts = part * 1_000_000 / max(total, 1)
    let rest = String(parts % 10_000)
    return "\(parts / 10_000).\(String(repeating: "0", count: 4 - rest.count) + rest)%"
  }

  /// Milliseconds as seconds.
  private static func thousandths(_ milliseconds: Int64) -> String {
    let rest = String(milliseconds % 1000)
    return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - rest.count) + rest)"
  }
}

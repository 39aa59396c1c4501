import ConsentModel

/// A part of a frame that is coloured over in a picture, the more the larger its share, with a label at its end.
public struct FrameShade: Hashable, Sendable {
  /// Its first column, from 0.
  public var column: Int
  /// Its first row, from 0.
  public var row: Int
  /// How many columns it has.
  public var columns: Int
  /// How many rows it has.
  public var rows: Int
  /// How strong it is, in hundredths, 0...100.
  public var hundredths: Int
  /// A few words.
  public var label: String

  /// A part that is coloured so.
  public init(column: Int, row: Int, columns: Int, rows: Int, hundredths: Int, label: String) {
    self.column = column
    self.row = row
    self.columns = columns
    self.rows = rows
    self.hundredths = hundredths
    self.label = label
  }
}

extension Frame {
  /// The frame as a picture in which some parts are coloured over.
  ///
  /// - Parameters:
  ///   - flow: the flow it was painted from.
  ///   - title: what the picture shows.
  ///   - shades: the parts, painted in their order.
  public func svg(flow: FlowDefinition, title: String, shades: [FrameShade]) -> String {
    SVGPicture(frame: self, flow: flow).written(title: title, over: shades.map(\.svg).joined())
  }
}

extension FrameShade {
  /// A blue that people with every kind of colour vision tell from the screens' own colours, with an edge where it is faint.
  private static let colour = "#0072b2"

  fileprivate var svg: String {
    let (x, y) = (column * SVGPicture.cellWidth, row * SVGPicture.cellHeight)
    let (width, height) = (columns * SVGPicture.cellWidth, rows * SVGPicture.cellHeight)
    let strength = 6 + min(max(hundredths, 0), 100) * 28 / 100
    var text = "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" fill=\"\(Self.colour)\" "
    text +=
      "fill-opacity=\"0.\(strength < 10 ? "0" : "")\(strength)\" stroke=\"\(Self.colour)\" stroke-width=\"1.5\"/>\n"
    guard !label.isEmpty else { return text }
    let room = label.unicodeScalars.count * 7 + 6
    text += "<rect x=\"\(x + width - room)\" y=\"\(y)\" width=\"\(room)\" height=\"13\" fill=\"\(Self.colour)\"/>\n"
    text +=
      "<text x=\"\(x + width - 3)\" y=\"\(y + 10)\" text-anchor=\"end\" fill=\"#ffffff\" style=\"font-size:11px\">"
    return text + "\(SVGPicture.escaped(label))</text>\n"
  }
}

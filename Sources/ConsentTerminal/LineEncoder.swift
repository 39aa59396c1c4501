import ConsentModel
import ConsentRender

/// Rows of a frame as the bytes of lines: UTF-8, or ASCII where the locale has nothing else.
struct LineEncoder {
  private(set) var bytes: [UInt8] = []
  /// Whether the locale's characters are UTF-8.
  var isUTF8 = true
  /// The flow's clusters.
  var clusters: [String] = []

  /// Forgets what was written.
  mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  /// Writes a row without the spaces at its end, and a newline.
  mutating func append(_ row: Int, of frame: borrowing Frame) {
    let columns = Int(frame.size.columns)
    var end = columns
    while end > 0, frame[end - 1, row].scalar == 0x20 { end -= 1 }
    for column in 0..<end where frame[column, row].columns > 0 { append(frame[column, row]) }
    endLine()
  }

  /// Writes a newline.
  mutating func endLine() { bytes.append(0x0A) }

  private mutating func append(_ cell: Cell) {
    let isCluster = cell.scalar & 0x8000_0000 != 0
    let index = Int(cell.scalar & 0x7FFF_FFFF)
    let first =
      isCluster ? (clusters.indices.contains(index) ? clusters[index].unicodeScalars.first?.value : nil) : cell.scalar
    guard isUTF8 else {
      bytes.append(UInt8(truncatingIfNeeded: ASCIIFallback.scalar(for: first ?? 0x3F)))
      // What stands in for a wide character is as wide.
      if cell.columns == 2 { bytes.append(0x20) }
      return
    }
    if isCluster, clusters.indices.contains(index) {
      bytes.append(contentsOf: clusters[index].utf8)
    } else if let scalar = first.flatMap(Unicode.Scalar.init), GlyphTable.isPrintable(scalar.value) {
      bytes.append(contentsOf: String(Character(scalar)).utf8)
    } else {
      bytes.append(0x3F)
    }
  }
}

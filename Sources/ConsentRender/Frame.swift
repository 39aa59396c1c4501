import ConsentModel

/// What a participant sees after an event: cells, cursor, regions, and a digest of it.
public struct Frame {
  /// Its size.
  public internal(set) var size = Size.standard
  /// Its cells, row by row.
  public internal(set) var cells: [Cell] = []
  /// Where the cursor is.
  public internal(set) var cursor = Cursor()
  /// What means something on it, in reading order.
  public internal(set) var regions: [Region] = []
  /// The fields, numbers and sliders of its screen, in or out of sight, in reading order.
  public internal(set) var blanks: [Blank] = []
  /// One digest a row; equal digests mean equal rows as far as surfaces are concerned.
  public internal(set) var rowDigests: [UInt64] = []
  /// The digest of the whole frame: size, cursor, cluster table and rows.
  public internal(set) var digest: UInt64 = 0

  // What the painter last put here, so that the next frame only touches what differs.
  var layout: ScreenLayout?
  var scroll: Int32 = -1
  var codes: [UInt32] = []
  var widths: [UInt64] = []
  var regionOfDynamic: [Int32] = []
  var listRegions: [Int32] = []

  /// An empty frame, to be painted into.
  public init() {}

  /// The cell at a column and a row, both from 0 and within the size.
  @inlinable public subscript(column: Int, row: Int) -> Cell { cells[row * Int(size.columns) + column] }
}

/// The frame digest, defined byte by byte in the README. It is fast and not cryptographic: the journal's chain is.
enum FrameDigest {
  static let rowSeed: UInt64 = 0x636C_6963_6B77_7261
  static let multiplier: UInt64 = 0x9FB2_1C65_1E98_DF25
  static let fold: UInt64 = 0xD6E8_FEB8_6659_FD93

  /// Digest of a row: four lanes, cell `i` goes to lane `i mod 4`.
  @inline(__always)
  static func row(_ cells: UnsafePointer<Cell>, count: Int) -> UInt64 {
    var a = rowSeed
    var b = rowSeed &+ 1
    var c = rowSeed &+ 2
    var d = rowSeed &+ 3
    var index = 0
    while index &+ 4 <= count {
      a = lane(a, cells[index].word)
      b = lane(b, cells[index &+ 1].word)
      c = lane(c, cells[index &+ 2].word)
      d = lane(d, cells[index &+ 3].word)
      index &+= 4
    }
    if index < count { a = lane(a, cells[index].word) }
    if index &+ 1 < count { b = lane(b, cells[index &+ 1].word) }
    if index &+ 2 < count { c = lane(c, cells[index &+ 2].word) }
    return mix(mix(mix(mix(rowSeed, a), b), c), d)
  }

  @inline(__always)
  private static func lane(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let x = (state ^ word) &* multiplier
    return x << 29 | x >> 35
  }

  @inline(__always)
  static func mix(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let x = (state ^ word) &* fold
    return x ^ x >> 32
  }

  /// Digest of the cluster table: FNV-1a over the UTF-8 of every cluster, each followed by a zero byte.
  static func clusters(_ clusters: [Cluster]) -> UInt64 {
    var state: UInt64 = 0xCBF2_9CE4_8422_2325
    for cluster in clusters {
      for byte in cluster.text.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
      state = state &* 0x100_0000_01B3
    }
    return state
  }

  @inline(__always)
  static func frame(size: Size, cursor: Cursor, clusters: UInt64, rows: UnsafeBufferPointer<UInt64>) -> UInt64 {
    let place =
      UInt64(UInt16(bitPattern: cursor.column)) | UInt64(UInt16(bitPattern: cursor.row)) << 16
      | (cursor.isVisible ? 1 << 32 : 0)
    var state = mix(rowSeed, UInt64(UInt16(bitPattern: size.columns)) | UInt64(UInt16(bitPattern: size.rows)) << 16)
    state = mix(mix(state, place), clusters)
    for row in rows { state = mix(state, row) }
    return state
  }
}

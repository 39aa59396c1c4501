import ConsentModel
import Crypto

/// A compiled flow as canonical bytes: one flow has exactly one spelling, so that a digest over it names the flow.
///
/// The bytes begin with `cwflow` and the version of the format in two bytes. Whole numbers are LEB128 in their shortest
/// form, signed ones zigzag first; strings and arrays are preceded by their length. A flow is written in format 2, or in 3
/// when it has blanks or words for them, so that one without keeps its digest. Decoding never traps: whatever the bytes are,
/// it answers with a flow that the engine and the painter can run, or with a `FlowError`.
public enum FlowCodec {
  /// The newest version of the format; older ones are read for ever.
  public static let version: UInt8 = 3
  /// The longest flow that is read, in bytes.
  public static let maximumBytes = 4 << 20

  static let magic: [UInt8] = [0x63, 0x77, 0x66, 0x6C, 0x6F, 0x77, 0x00]

  /// The canonical bytes of a flow.
  ///
  /// A flow that `problem(in:)` finds fault with can be written, but not read again.
  public static func encode(_ flow: FlowDefinition) -> [UInt8] {
    var writer = FlowWriter(format: format(of: flow))
    writer.write(flow)
    return writer.bytes
  }

  /// The format that a flow is written in: the oldest of those that are written which has words for it.
  static func format(of flow: FlowDefinition) -> UInt8 {
    flow.elements.contains(where: \.kind.isBlank) || flow.linear?.blanks != nil ? 3 : 2
  }

  /// The flow that these bytes spell.
  public static func decode(_ bytes: UnsafeRawBufferPointer) throws(FlowError) -> FlowDefinition {
    guard bytes.count > magic.count, bytes.prefix(magic.count).elementsEqual(magic) else { throw .notAFlow }
    let format = bytes[magic.count]
    guard (1...version).contains(format) else { throw .otherVersion(format) }
    guard bytes.count <= maximumBytes else { throw .tooLong }
    var reader = FlowReader(bytes, from: magic.count + 1, format: format)
    let flow = try reader.flow()
    guard reader.isAtEnd else { throw .invalid(offset: reader.offset, "nothing may follow the flow") }
    guard format < 3 || self.format(of: flow) == format else {
      throw .invalid(offset: magic.count, "the flow has nothing that needs format \(format)")
    }
    if let problem = problem(in: flow) { throw .inconsistent(problem) }
    return flow
  }

  /// The flow that these bytes spell.
  public static func decode(_ bytes: [UInt8]) throws(FlowError) -> FlowDefinition {
    try bytes.withRaw { (raw) throws(FlowError) in try decode(raw) }
  }

  /// What would keep the engine or the painter from running the flow, or nil when nothing does.
  public static func problem(in flow: FlowDefinition) -> String? {
    do throws(FlowFault) {
      try FlowCheck(flow: flow).check()
      return nil
    } catch {
      return error.message
    }
  }

  /// SHA-256 over the canonical bytes of a flow.
  public static func digest(_ bytes: UnsafeRawBufferPointer) -> Digest256 { Digest256(hashing: bytes) }

  /// SHA-256 over the canonical bytes of a flow.
  public static func digest(_ bytes: [UInt8]) -> Digest256 { bytes.withUnsafeBytes { Digest256(hashing: $0) } }

  /// SHA-256 over the canonical bytes of a flow.
  public static func digest(of flow: FlowDefinition) -> Digest256 { digest(encode(flow)) }
}

/// Why bytes are not a flow.
public enum FlowError: Error, Hashable, Sendable, CustomStringConvertible {
  /// They do not begin like one.
  case notAFlow
  /// They are of another version of the format.
  case otherVersion(UInt8)
  /// They are more than `FlowCodec.maximumBytes`.
  case tooLong
  /// They end too early.
  case truncated(offset: Int)
  /// Something at this offset cannot stand there.
  case invalid(offset: Int, String)
  /// Every part can be read, but they do not fit together.
  case inconsistent(String)

  /// The problem in words, for a person.
  public var description: String {
    switch self {
    case .notAFlow: "not a compiled flow"
    case .otherVersion(let version):
      "a compiled flow of format \(version); this program reads formats 1 to \(FlowCodec.version)"
    case .tooLong: "a compiled flow of more than \(FlowCodec.maximumBytes) bytes"
    case .truncated(let offset): "the compiled flow ends too early, at byte \(offset)"
    case .invalid(let offset, let what): "byte \(offset) of the compiled flow: \(what)"
    case .inconsistent(let what): "the compiled flow does not fit together: \(what)"
    }
  }
}

/// A SHA-256 digest.
public struct Digest256: Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
  private var a: UInt64 = 0
  private var b: UInt64 = 0
  private var c: UInt64 = 0
  private var d: UInt64 = 0

  /// The digest of these bytes.
  public init(hashing bytes: UnsafeRawBufferPointer) {
    var hash = SHA256()
    hash.update(bufferPointer: bytes)
    self.init(hash.finalize())
  }

  /// The digest of these bytes.
  public init(of bytes: [UInt8]) { self = bytes.withUnsafeBytes { Digest256(hashing: $0) } }

  /// The digest of a line of a journal: the one before it, then the line's own bytes.
  init(after previous: Digest256?, _ bytes: UnsafeRawBufferPointer) {
    var hash = SHA256()
    if let previous { withUnsafeBytes(of: previous) { hash.update(bufferPointer: $0) } }
    hash.update(bufferPointer: bytes)
    self.init(hash.finalize())
  }

  private init(_ digest: SHA256.Digest) {
    digest.withUnsafeBytes { source in withUnsafeMutableBytes(of: &self) { $0.copyMemory(from: source) } }
  }

  /// The digest that 64 lower-case hexadecimal digits spell, or nil.
  public init?(hex: String) {
    let read = Array(hex.utf8).withUnsafeBytes { Digest256(hexBytes: $0) }
    guard let read else { return nil }
    self = read
  }

  init?(hexBytes: UnsafeRawBufferPointer) {
    guard hexBytes.count == 64 else { return nil }
    var bad = false
    withUnsafeMutableBytes(of: &self) { target in
      for index in 0..<32 {
        guard let high = Hex.value(hexBytes[2 * index]), let low = Hex.value(hexBytes[2 * index + 1]) else {
          bad = true
          return
        }
        target[index] = high << 4 | low
      }
    }
    if bad { return nil }
  }

  /// Calls `body` with the 32 bytes.
  func forEachByte(_ body: (UInt8) -> Void) {
    withUnsafeBytes(of: self) { for byte in $0 { body(byte) } }
  }

  /// 64 lower-case hexadecimal digits.
  public var hex: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64)
    forEachByte {
      bytes.append(Hex.digit($0 >> 4))
      bytes.append(Hex.digit($0 & 15))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The digest as 64 hexadecimal digits.
  public var description: String { hex }
}

/// Lower-case hexadecimal digits.
enum Hex {
  @inline(__always) static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

  @inline(__always) static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x57
    default: nil
    }
  }
}

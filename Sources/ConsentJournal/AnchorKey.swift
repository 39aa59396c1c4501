import Crypto
import Glibc

/// A private Ed25519 key with which anchors are signed, kept in a file that only its owner may read.
///
/// The file is one line: `clickwrap-key ed25519 ` and 64 hexadecimal digits.
public struct AnchorKey: Sendable {
  private let key: Curve25519.Signing.PrivateKey

  private static let prefix = "clickwrap-key ed25519 "

  /// Makes a key and writes it into a file that is not there yet.
  public init(makingAt path: String) throws(JournalError) {
    key = Curve25519.Signing.PrivateKey()
    guard !DurableFile.isThere(path) else { throw .exists(path: path) }
    let secret = key.rawRepresentation.withUnsafeBytes { Digest256(copying: $0).hex }
    try DurableFile.create(path, Array("\(AnchorKey.prefix)\(secret)\n".utf8), mode: 0o600)
  }

  /// Reads a key from its file.
  ///
  /// Throws `JournalError.unsafeKey` when others may read the file, and `JournalError.noKey` when there is no key in it.
  public init(readingFrom path: String) throws(JournalError) {
    var facts = stat()
    guard stat(path, &facts) == 0 else { throw .system("open", path: path, errno: errno) }
    guard facts.st_mode & 0o077 == 0 else { throw .unsafeKey(path: path) }
    let bytes = try FileAccess.contents(of: path, limit: 4096) ?? []
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.hasPrefix(AnchorKey.prefix), text.hasSuffix("\n"),
      let secret = Digest256(hex: String(text.dropFirst(AnchorKey.prefix.count).dropLast())),
      let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: secret.bytes)
    else { throw .noKey(path: path) }
    self.key = key
  }

  /// The key that checks what this one signs.
  public var publicKey: Digest256 {
    key.publicKey.rawRepresentation.withUnsafeBytes { Digest256(copying: $0) }
  }

  /// The anchor with a signature by this key.
  public func sign(_ anchor: Anchor) throws(JournalError) -> Anchor {
    guard let made = try? key.signature(for: anchor.signed) else { throw .unwritable("a signature by this key") }
    var signed = anchor
    signed.signature = made.withUnsafeBytes { raw in
      Anchor.Signature(
        publicKey: publicKey, first: Digest256(copying: UnsafeRawBufferPointer(rebasing: raw[..<32])),
        second: Digest256(copying: UnsafeRawBufferPointer(rebasing: raw[32...])))
    }
    return signed
  }
}

extension Anchor {
  /// Whether the signature is one of its own public key over this anchor; false without one.
  public var hasGoodSignature: Bool {
    guard let signature,
      let key = try? Curve25519.Signing.PublicKey(rawRepresentation: signature.publicKey.bytes)
    else { return false }
    return key.isValidSignature(signature.first.bytes + signature.second.bytes, for: signed)
  }
}

extension Digest256 {
  /// These 32 bytes.
  fileprivate init(copying bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == 32, "a key and half a signature have 32 bytes")
    self.init(of: [])
    withUnsafeMutableBytes(of: &self) { $0.copyMemory(from: bytes) }
  }

  /// The 32 bytes.
  fileprivate var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    forEachByte { bytes.append($0) }
    return bytes
  }
}

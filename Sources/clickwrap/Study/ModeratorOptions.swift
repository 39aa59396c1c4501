import ArgumentParser
import ConsentStudy
import Glibc

/// Who acts, and why.
struct ModeratorOptions: ParsableArguments {
  @Option(help: "Who acts; your login name unless given. It stands in the ledger.")
  var moderator: String?

  @Option(help: "Why, in your words. It stands in the ledger.")
  var reason: String?

  func validate() throws {
    for (name, text) in [("--moderator", moderator), ("--reason", reason)] {
      guard let text else { continue }
      guard text.unicodeScalars.count <= 500,
        text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
      else { throw ValidationError("\(name) takes at most 500 characters without control characters") }
    }
  }

  /// An act of this moderator now.
  ///
  /// - Parameter needsReason: whether a reason has to be given.
  func act(needsReason: Bool = true) throws -> Act {
    let why = reason ?? ""
    if needsReason, why.allSatisfy(\.isWhitespace) {
      throw ValidationError("--reason is needed: it stands in the ledger beside the act")
    }
    return Act(who: moderator ?? ModeratorOptions.login, why: why, at: Present.time())
  }

  /// The login name, or the user's number.
  static var login: String {
    guard let entry = getpwuid(geteuid()), let name = entry.pointee.pw_name else { return "uid \(geteuid())" }
    return String(cString: name)
  }
}

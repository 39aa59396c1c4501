import ConsentJournal
import ConsentStudy

extension StudyError {
  /// What is said, and what the program exits with.
  var failure: CommandFailure {
    switch self {
    case .exists(let path):
      CommandFailure(.failure, "clickwrap: \(path): there is something already; nothing is ever overwritten")
    case .notAStudy(let path):
      CommandFailure(.usage, "clickwrap: \(path): no study here; `clickwrap init \(path)` makes one")
    case .unreadable(let path, let error):
      CommandFailure(.failure, "clickwrap: \(path): \(error.words.message) (\(error.words.hint))")
    case .tooLarge(let path): CommandFailure(.failure, "clickwrap: \(path): more files or bytes than a study may have")
    case .files(let error): CommandFailure(.failure, "clickwrap: \(error)")
    case .wrong(let found): CommandFailure(.screens, lines: found.map(\.rendered))
    }
  }
}

extension LedgerError {
  /// What is said, and what the program exits with.
  var failure: CommandFailure {
    switch self {
    case .sealedAlready(let digest):
      CommandFailure(
        .refused,
        "clickwrap: the study is sealed already, as \(digest.prefix(16))…; a new version needs --amend and a reason")
    case .noSession(let number): CommandFailure(.refused, "clickwrap: there is no session \(number)")
    case .refused(let session, let status):
      CommandFailure(.refused, "clickwrap: session \(session) is \(status.rawValue); that cannot be done to it")
    case .invalid(let why): CommandFailure(.usage, "clickwrap: \(why)")
    case .notALedger(let path):
      CommandFailure(.failure, "clickwrap: \(path): no ledger of a study, or one of a later version")
    case .full(let path): CommandFailure(.failure, "clickwrap: \(path): the disk is full; nothing was changed")
    case .busy(let path):
      CommandFailure(.failure, "clickwrap: \(path): somebody else holds the ledger for too long; nothing was changed")
    case .system(let path, let message): CommandFailure(.failure, "clickwrap: \(path): \(message)")
    }
  }
}

extension Refusal {
  /// Why there is no session, in words for a moderator.
  var words: String {
    switch self {
    case .notSealed: "the study is not sealed; `clickwrap seal` fixes it and its allocation"
    case .full: "every slot is held or filled; the study, or this stratum, has its target"
    case .paused: "the study is paused"
    case .armsClosed: "every arm that has room is closed, or has reached its cap"
    case .finishedBefore(let session): "this participant has a finished session already: \(session)"
    case .running(let session): "a session of this participant is running at this moment: \(session)"
    case .interrupted(let session):
      "session \(session) of this participant was interrupted, and the resume policy, or its age, keeps them from going "
        + "on; a moderator can give it up with `clickwrap sessions drop`"
    case .withdrawn: "this participant has withdrawn"
    case .codesTaken: "no free codes could be drawn; try again"
    }
  }
}

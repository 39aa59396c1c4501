import ConsentJournal
import ConsentLedger
import ConsentModel
import ConsentScreens
import ConsentSource
import ConsentStudy
import Glibc

/// A study folder with its plan read and its ledger at hand.
struct OpenStudy {
  let folder: StudyFolder
  let plan: StudyPlan
  let ledger: SQLiteLedger

  /// Opens a study; what is wrong with study.yaml is said, all of it.
  ///
  /// - Parameter path: the study's folder.
  init(_ path: String) throws {
    folder = StudyFolder(path)
    guard folder.isStudy else { throw StudyError.notAStudy(path) }
    let (plan, found) = try StudyPlan.read(folder)
    guard let plan, !found.hasErrors else { throw CommandFailure(.screens, lines: found.map(\.rendered)) }
    self.plan = plan
    ledger = try SQLiteLedger(path: folder.ledgerPath)
  }

  /// The study's flow for all of its arms; what is wrong with its screens is said, all of it.
  func flow() throws -> StudyFlow {
    let flow = StudyFlow(plan, pinned: folder.pinned)
    guard flow.document != nil, !flow.diagnostics.hasErrors else {
      throw CommandFailure(.screens, lines: flow.diagnostics.map(\.rendered))
    }
    return flow
  }

  /// Throws unless the study is what was sealed.
  ///
  /// - Returns: the seal.
  func sealed() throws -> Seal {
    guard let seal = try ledger.currentSeal() else {
      throw CommandFailure(
        .refused,
        "clickwrap: \(folder.path): the study is not sealed; `clickwrap seal \(folder.path)` fixes it and its "
          + "allocation, and live sessions can begin")
    }
    guard try folder.digest() == seal.study else {
      throw CommandFailure(
        .refused,
        "clickwrap: \(folder.path): study.yaml or the screens are not what was sealed; put them back, or begin a new "
          + "version with `clickwrap seal --amend`")
    }
    guard seal.engineVersion == JournalFormat.engineVersion else {
      throw CommandFailure(
        .refused,
        "clickwrap: \(folder.path): the study is bound to engine \(seal.engineVersion), and this program has "
          + "\(JournalFormat.engineVersion); use the program that it was sealed with, or `clickwrap seal --amend`")
    }
    return seal
  }
}

/// The time and the name that stand in the ledger.
enum Present {
  /// Now, UTC.
  static func time() -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return WallClock.text(secondsSince1970: Int64(now.tv_sec), milliseconds: now.tv_nsec / 1_000_000)
  }

  /// Today, UTC.
  static func day() -> Day {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Day(number: Int32(clamping: now.tv_sec / 86_400))
  }
}

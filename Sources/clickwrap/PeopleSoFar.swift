import ConsentInterchange
import ConsentStudy

/// The sessions of the ledger one after the other, with what earlier ones say of the same person.
struct PeopleSoFar {
  /// How many sessions there are.
  let count: Int
  private let restarted: Set<Int>
  /// How far the people came whose sessions later ones go on for.
  private var reached: [Int: Set<Milestone>] = [:]

  init(_ extent: (count: Int, restarted: Set<Int>)) {
    count = extent.count
    restarted = extent.restarted
  }

  /// A session, which has to come after those that it restarts.
  mutating func exported(_ entry: SessionEntry, in folder: StudyFolder) -> ExportedSession {
    let before = entry.restarts.flatMap { reached.removeValue(forKey: $0) } ?? []
    let all = Set(entry.reached.keys).union(before)
    let isRestarted = restarted.contains(entry.number)
    if isRestarted { reached[entry.number] = all }
    return ExportedSession(entry, in: folder, reached: all, isRestarted: isRestarted)
  }
}

import ConsentJournal
import ConsentStudy
import Glibc

/// A folder that is there whole or not at all.
enum NewFolder {
  /// Writes files into a folder that must not be there, or be empty.
  ///
  /// - Parameter files: paths below the folder, and their bytes.
  static func write(_ files: [(path: String, bytes: [UInt8])], to folder: String) throws {
    if access(folder, F_OK) == 0, rmdir(folder) != 0 { throw StudyError.exists(folder) }
    let draft = "\(folder).draft-\(getpid())"
    do {
      try DurableFile.makeFolder(draft)
      var folders: Set<String> = []
      for (path, bytes) in files {
        // Every folder on the way.
        var below = ""
        for part in path.split(separator: "/").dropLast() {
          below += "/" + part
          if folders.insert(below).inserted { try DurableFile.makeFolder(draft + below) }
        }
        let file = try AppendedFile("\(draft)/\(path)")
        try file.append(bytes)
        try file.close()
      }
      guard rename(draft, folder) == 0 else { throw JournalError.system("name", path: folder, errno: errno) }
    } catch {
      try? StudyFolder.removeAll(in: draft)
      rmdir(draft)
      throw error
    }
  }
}

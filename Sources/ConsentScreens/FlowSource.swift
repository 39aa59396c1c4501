import ConsentSource
import Glibc

/// Where screen files are taken from: a folder, or what is built into the program.
public struct FlowSource: Sendable {
  private enum Origin: Sendable {
    case folder(String)
    case memory([String: [UInt8]])
  }

  private let origin: Origin
  /// Files that were read before, or that are there besides those of the origin.
  private var trees: [String: Node] = [:]
  /// Paths of those that are there besides.
  private var added: Set<String> = []

  private init(origin: Origin) { self.origin = origin }

  /// Files below a folder, for example `screens`; nothing outside of it is ever read.
  public static func folder(_ path: String) -> FlowSource {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return FlowSource(origin: .folder(path))
  }

  /// Files in memory, by path with `/` between the parts.
  public static func memory(_ files: [String: [UInt8]]) -> FlowSource {
    FlowSource(origin: .memory(files))
  }

  /// The same files, of which these have been read before; for many variants of a few files.
  public func keeping(_ trees: [String: Node]) -> FlowSource {
    var source = self
    source.trees = trees
    return source
  }

  /// The same files and these besides, which nobody wrote: they are listed like the others, and win over one of the same
  /// path.
  public func adding(_ trees: [String: Node]) -> FlowSource {
    var source = self
    source.trees.merge(trees) { $1 }
    source.added.formUnion(trees.keys)
    return source
  }

  func tree(_ path: String) -> Node? { trees[path] }

  /// How a file is named to its author.
  public func label(of path: String) -> String {
    switch origin {
    case .folder(let root): root == "." ? path : root + "/" + path
    case .memory: path
    }
  }

  /// The bytes of a file; `path` is relative and has neither `..` nor empty parts.
  public func read(_ path: String) throws(SourceFileError) -> [UInt8] {
    guard FlowSource.isRooted(path) else { throw .outside }
    switch origin {
    case .memory(let files):
      guard let bytes = files[path] else { throw .missing }
      guard bytes.count <= SourceLimits().bytes else { throw .tooLarge }
      return bytes
    case .folder(let root):
      let full = root + "/" + path
      guard let real = FlowSource.real(full) else { throw errno == ENOENT ? .missing : .system(errno: errno) }
      guard let base = FlowSource.real(root), base == "/" || real.hasPrefix(base + "/") else { throw .outside }
      return try SourceFile.read(real)
    }
  }

  /// The names in a folder in ascending order, files and folders apart; empty when there is no such folder.
  public func list(_ folder: String) -> (files: [String], folders: [String]) {
    guard folder.isEmpty || FlowSource.isRooted(folder) else { return ([], []) }
    var (files, folders) = FlowSource.names(in: folder, of: added)
    switch origin {
    case .memory(let paths):
      let own = FlowSource.names(in: folder, of: paths.keys)
      files.formUnion(own.files)
      folders.formUnion(own.folders)
    case .folder(let root):
      let own = FlowSource.listing(folder.isEmpty ? root : root + "/" + folder)
      files.formUnion(own.files)
      folders.formUnion(own.folders)
    }
    return (files.sorted(), folders.sorted())
  }

  private static func names(
    in folder: String, of paths: some Sequence<String>
  ) -> (files: Set<String>, folders: Set<String>) {
    let prefix = folder.isEmpty ? "" : folder + "/"
    var files: Set<String> = []
    var folders: Set<String> = []
    for path in paths where path.hasPrefix(prefix) {
      let rest = path.dropFirst(prefix.count)
      if let slash = rest.firstIndex(of: "/") {
        folders.insert(String(rest[..<slash]))
      } else {
        files.insert(String(rest))
      }
    }
    return (files, folders)
  }

  private static func listing(_ path: String) -> (files: [String], folders: [String]) {
    guard let directory = opendir(path) else { return ([], []) }
    defer { closedir(directory) }
    var files: [String] = []
    var folders: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
        String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard !name.hasPrefix(".") else { continue }
      var facts = stat()
      guard stat(path + "/" + name, &facts) == 0 else { continue }
      if facts.st_mode & S_IFMT == S_IFDIR { folders.append(name) } else { files.append(name) }
    }
    return (files.sorted(), folders.sorted())
  }

  private static func isRooted(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return path.utf8.count <= 1024 && parts.allSatisfy { $0 != "" && $0 != "." && $0 != ".." && !$0.utf8.contains(0) }
  }

  private static func real(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }
}

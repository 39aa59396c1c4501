import Glibc
import Synchronization

/// Syncs a journal on a thread of its own whenever nothing was written for 250 ms.
///
/// The writer pays one atomic store a line, and a wake-up only for the first line after a sync.
final class JournalSyncer: Sendable {
  /// The journal.
  let descriptor: Int32
  private let path: String
  /// Folders in which names were made.
  private let folders: [String]
  private let wakeRead: Int32
  private let wakeWrite: Int32

  /// When the last line was written, in nanoseconds of the monotonic clock.
  private let lastWrite = Atomic<UInt64>(0)
  /// Whether the thread knows that there is something to sync.
  private let isArmed = Atomic<Bool>(false)
  private let isStopping = Atomic<Bool>(false)
  private let isDescriptorOpen = Atomic<Bool>(true)
  /// Error number of a sync that failed on the thread.
  private let failure = Atomic<Int32>(0)
  /// Whether the folders were synced.
  private let areFoldersSynced: Mutex<Bool>
  private let thread: Mutex<pthread_t?>

  static let pauseNanoseconds: UInt64 = 250_000_000

  init(descriptor: Int32, path: String, folders: [String]) throws(JournalError) {
    self.descriptor = descriptor
    self.path = path
    self.folders = folders
    areFoldersSynced = Mutex(folders.isEmpty)
    thread = Mutex(nil)
    var ends: [Int32] = [-1, -1]
    let made = pipe(&ends)
    (wakeRead, wakeWrite) = (ends[0], ends[1])
    guard made == 0 else { throw .system("watch", path: path, errno: errno) }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    // Signals are for the threads that know what to do with them.
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    var started = pthread_t()
    let held = Unmanaged.passRetained(self)
    let result = pthread_create(
      &started, nil,
      { held in
        if let held { Unmanaged<JournalSyncer>.fromOpaque(held).takeRetainedValue().run() }
        return nil
      }, held.toOpaque())
    pthread_sigmask(SIG_SETMASK, &before, nil)
    guard result == 0 else {
      held.release()
      throw .system("watch", path: path, errno: result)
    }
    let handle = started
    thread.withLock { $0 = handle }
  }

  deinit {
    Glibc.close(wakeRead)
    Glibc.close(wakeWrite)
  }

  // MARK: The writer's side

  /// Remembers that a line was written.
  func noteWrite() {
    lastWrite.store(FileAccess.now(), ordering: .releasing)
    if !isArmed.exchange(true, ordering: .acquiringAndReleasing) { wake() }
  }

  /// Throws when a sync failed.
  func check() throws(JournalError) {
    let number = failure.load(ordering: .acquiring)
    guard number == 0 else { throw .system("sync", path: path, errno: number) }
  }

  /// Syncs the file, and its folders the first time.
  func sync() throws(JournalError) {
    try check()
    let number = syncAll()
    guard number == 0 else { throw .system("sync", path: path, errno: number) }
  }

  /// Ends the thread and waits for it.
  func stop() {
    isStopping.store(true, ordering: .releasing)
    wake()
    let handle = thread.withLock { handle in
      let taken = handle
      handle = nil
      return taken
    }
    if let handle { pthread_join(handle, nil) }
  }

  /// Closes the journal, which frees its lock; only after `stop()`.
  func closeDescriptor() {
    if isDescriptorOpen.exchange(false, ordering: .acquiringAndReleasing) { Glibc.close(descriptor) }
  }

  private func wake() {
    var byte: UInt8 = 1
    // A full pipe wakes as well.
    _ = Glibc.write(wakeWrite, &byte, 1)
  }

  private func syncAll() -> Int32 {
    if fdatasync(descriptor) != 0 {
      let number = errno
      // What is no file on a disk cannot be synced and need not be.
      guard number == EINVAL || number == EROFS else { return number }
    }
    return areFoldersSynced.withLock { isDone in
      if isDone { return 0 }
      for folder in folders {
        do throws(JournalError) {
          try FileAccess.syncFolder(folder)
        } catch {
          if case .system(_, _, let number) = error { return number }
          return EIO
        }
      }
      isDone = true
      return 0
    }
  }

  // MARK: The thread

  private func run() {
    while !isStopping.load(ordering: .acquiring) {
      guard isArmed.load(ordering: .acquiring) else {
        wait(milliseconds: -1)
        continue
      }
      let due = lastWrite.load(ordering: .acquiring) &+ JournalSyncer.pauseNanoseconds
      let now = FileAccess.now()
      if now < due {
        wait(milliseconds: Int32((due - now) / 1_000_000) + 1)
        continue
      }
      // Disarmed first: a line that is written meanwhile arms again.
      isArmed.store(false, ordering: .sequentiallyConsistent)
      let number = syncAll()
      if number != 0 {
        failure.store(number, ordering: .releasing)
        return
      }
    }
  }

  /// Waits for a wake-up, at most so long; −1 waits without end.
  private func wait(milliseconds: Int32) {
    var entry = pollfd(fd: wakeRead, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, milliseconds) > 0 else { return }
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { _ = Glibc.read(wakeRead, $0.baseAddress, 64) }
  }
}

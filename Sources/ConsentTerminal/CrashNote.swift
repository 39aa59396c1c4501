import CNcurses

/// What is written into a file when the program crashes: made ahead after every event, for a handler of a crash can
/// make nothing any more.
///
/// A crash is one of the signals SEGV, ILL, ABRT, BUS, FPE and TRAP while a surface is open, whatever their cause.
public enum CrashNote {
  /// Keeps these bytes for a crash, in place of those before.
  ///
  /// - Parameters:
  ///   - bytes: at most 2 KiB; longer ones are not kept, and then nothing is.
  ///   - descriptor: the open file that they would be appended to.
  public static func keep(_ bytes: [UInt8], for descriptor: Int32) {
    cn_keep_crash_note(descriptor, bytes, Int32(clamping: bytes.count))
  }

  /// Keeps nothing: a crash from here on leaves the file as it is.
  public static func forget() { cn_forget_crash_note() }
}

import Glibc
import Testing

@testable import clickwrap

@Suite("doctor")
struct DoctorTests {
  @Test func saysWhatATerminalIsAndWhatIsClaimed() throws {
    let pty = try Pty(["doctor", "--folder", "/tmp"], columns: 132, rows: 50)
    // This terminal answers nothing; the doctor gives up asking and says so.
    #expect(pty.end() == .exit(0))
    let text = pty.screen.text
    for part in [
      "TERM=xterm-256color, 132x50, both ends", "colours 256", "characters: UTF-8 (LC_ALL=C.UTF-8)", "n = 500",
      "n = 200",
      "gives no answer", "MiB free", "not claimed: when a key was pressed",
    ] {
      #expect(text.contains(part), "\(part) is not in\n\(text)")
    }
    #expect(pty.leftBehind.isEmpty, "\(pty.leftBehind)")
  }

  @Test(arguments: [
    (["TERM": "dumb"], "only the linear presentation"), (["TERM": ""], "TERM is not set"),
    (["LC_ALL": "C"], "ASCII stands in"), (["NO_COLOR": "1"], "NO_COLOR is set"), (["TERM": "linux"], "8 colours"),
    (["SSH_CONNECTION": "10.0.0.1 5 10.0.0.2 22"], "include the network"), (["TMUX": "/tmp/x,1,0"], "escape-time"),
  ])
  func saysWhatIsDegraded(_ environment: [String: String], _ expected: String) throws {
    let pty = try Pty(["doctor", "--folder", "/tmp"], columns: 200, rows: 60, environment: environment)
    #expect(pty.end() == .exit(0))
    #expect(pty.screen.text.contains(expected), "\(pty.screen.text)")
  }

  @Test func aFolderThatCannotBeWrittenToIsAFailure() throws {
    let pty = try Pty(["doctor", "--folder", "/proc"], columns: 132, rows: 50)
    #expect(pty.end() == .exit(1))
    #expect(pty.screen.text.contains("no journal can be written"), "\(pty.screen.text)")
  }

  @Test func theMemoryIsKnownByItsFileSystem() {
    #expect(StudyPlace("/proc").isInMemory == false)
    if access("/dev/shm", W_OK) == 0 { #expect(StudyPlace("/dev/shm").isInMemory) }
  }
}

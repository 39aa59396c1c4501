import Glibc
import Testing

@testable import ConsentTerminal

private let fromTerminal: UInt8 = 0x80

/// What an inbox says after these bytes, in its order.
private func check(_ bytes: [UInt8], isKiosk: Bool = false, _ expected: [SignalInbox.News]) {
  var inbox = SignalInbox(unconnected: (), isKiosk: isKiosk)
  for byte in bytes { inbox.sort(byte) }
  var found: [SignalInbox.News] = []
  while let news = inbox.take() { found.append(news) }
  #expect(found == expected, "\(bytes)")
}

@Test func theMostUrgentSignalComesFirst() {
  let (int, term, hup, quit) = (UInt8(SIGINT), UInt8(SIGTERM), UInt8(SIGHUP), UInt8(SIGQUIT))
  let (stop, go, size) = (UInt8(SIGTSTP), UInt8(SIGCONT), UInt8(SIGWINCH))
  check([], [])
  check([size, stop, term], [.end(.terminate), .resized])
  check([int, quit, term, hup], [.end(.hangup), .end(.terminate), .end(.quit), .end(.interrupt)])
  check([size, size, size | fromTerminal], [.resized])
  check([int], [.end(.interrupt)])
  check([int | fromTerminal], [.stopKey])
  check([hup | fromTerminal], [.end(.hangup)])
  // As they come when a terminal goes away.
  check([go | fromTerminal, hup | fromTerminal], [.end(.hangup)])
  check([size, int | fromTerminal, term], [.end(.terminate), .stopKey, .resized])
  // Going on undoes a stop that has not been yet, and a stop what went on before it.
  check([stop, go], [.continued])
  check([go, stop], [.suspend])
  check([stop | fromTerminal], [.suspend])
  check([UInt8(SIGUSR1), 0], [])
}

@Test func inAKioskOnlyASignalThatSomebodySentQuits() {
  let quit = UInt8(SIGQUIT)
  check([quit | fromTerminal], [.end(.quit)])
  check([quit | fromTerminal], isKiosk: true, [])
  check([quit], isKiosk: true, [.end(.quit)])
}

@Test func theSignalThatEndsTheSessionIsKept() {
  var inbox = SignalInbox(unconnected: ())
  inbox.sort(UInt8(SIGWINCH))
  _ = inbox.take()
  #expect(inbox.endingSignal == 0)
  inbox.sort(UInt8(SIGTERM))
  _ = inbox.take()
  #expect(inbox.endingSignal == SIGTERM)
}

@Test func aStopThatIsOverLeavesNothingBehind() {
  var inbox = SignalInbox(unconnected: ())
  inbox.sort(UInt8(SIGTSTP))
  inbox.sort(UInt8(SIGCONT))
  let isToldToContinue = inbox.isToldToContinue()
  #expect(isToldToContinue)
  inbox.sort(UInt8(SIGTERM))
  inbox.forgetStop()
  let news = [inbox.take(), inbox.take()]
  #expect(news == [.end(.terminate), nil])
}

/// Who takes a signal now.
private func handler(of number: Int32) -> UInt {
  var action = sigaction()
  sigaction(number, nil, &action)
  return unsafeBitCast(action.__sigaction_handler.sa_handler, to: UInt.self)
}

@Test func afterAKioskNothingThatIsTypedEndsOrStopsTheProgram() throws {
  let numbers = [SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU]
  let before = numbers.map(handler)
  let ignored = unsafeBitCast(SIG_IGN, to: UInt.self)
  try SignalInbox(isKiosk: true).close()
  #expect(numbers.map(handler) == numbers.map { _ in ignored })
  // Another inbox finds what was there before the kiosk.
  let inbox = try SignalInbox()
  #expect(!numbers.prefix(3).map(handler).contains(ignored))
  inbox.close()
  #expect(numbers.map(handler) == before)
}

import ConsentEngine
import ConsentModel
import ConsentTerminal
import Glibc

/// What is done with a surface once it is open: the same whether it is a full screen or lines.
protocol Sitting {
  /// What comes of it.
  associatedtype Outcome

  /// Holds it; the surface is closed afterwards by whoever opened it.
  func hold<S: InteractiveSurface & ~Copyable>(on surface: inout S, as presentation: Presentation) throws -> Outcome
}

/// What a person may choose about the terminal on the command line.
struct TerminalChoices {
  var noColor = false
  var noMouse = false
  var escapeDelayMilliseconds: Int?
  var asksForFences = false
  var isKiosk = false
  /// Whether to use lines; nil leaves it to what the terminal can do.
  var linear: Bool?

  /// Opens the full screen, or says what is missing.
  func open() throws -> TerminalSurface {
    do {
      return try TerminalSurface(options)
    } catch {
      throw CommandFailure(.usage, "clickwrap \(error.explanation)")
    }
  }

  private var options: TerminalOptions {
    var options = TerminalOptions()
    options.usesColor = !noColor
    options.usesMouse = !noMouse
    options.escapeDelayMicroseconds = escapeDelayMilliseconds.map { Int64($0) * 1000 }
    options.asksForFences = asksForFences
    options.isKiosk = isKiosk
    return options
  }

  /// Opens a full screen, or lines where they are asked for or nothing else is possible, and holds a sitting there.
  ///
  /// - Parameter flow: the flow that it begins with; lines need its words for them.
  /// - Returns: what came of it, and the signal that ended it, or 0.
  func sit<T: Sitting>(_ sitting: T, _ flow: FlowDefinition) throws -> (outcome: T.Outcome, signal: Int32) {
    if linear != true {
      do {
        var surface = try TerminalSurface(options)
        return try finish(sitting, on: &surface, as: .screen)
      } catch let missing as TerminalError {
        // Opening comes first: nothing was shown yet.
        guard linear == nil, missing.allowsLines, flow.linear != nil else {
          throw CommandFailure(.usage, "clickwrap \(missing.explanation)")
        }
      }
    }
    guard flow.linear != nil else { throw CommandFailure.noLinear(flow) }
    do {
      var surface = try LinearSurface(isKiosk: isKiosk)
      return try finish(sitting, on: &surface, as: .linear)
    } catch let missing as TerminalError {
      throw CommandFailure(.usage, "clickwrap \(missing.explanation)")
    }
  }

  private func finish<T: Sitting, S: InteractiveSurface & ~Copyable>(
    _ sitting: T, on surface: inout S, as presentation: Presentation
  ) throws -> (outcome: T.Outcome, signal: Int32) {
    // A surface that is let go of is closed; one that is closed first lets later messages be seen.
    let outcome = try sitting.hold(on: &surface, as: presentation)
    let signal = surface.endingSignal
    surface.close()
    return (outcome, signal)
  }
}

import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentRender
import Foundation
import Testing

@testable import clickwrap

@Suite("what a terminal is sent") struct FrameStreamTests {
  /// What the model of a terminal shows, beside the frame.
  private func expectSame(_ model: ScreenModel, _ frame: borrowing Frame, _ flow: FlowDefinition, _ what: String) {
    for row in 0..<Int(frame.size.rows) {
      var shown = model.cells[row].filter { $0 != "\0" }
      while shown.last == " " { shown.removeLast() }
      #expect(String(shown) == frame.text(row: row, flow: flow), "\(what), row \(row)")
    }
    #expect(model.unknown.isEmpty && model.pending.isEmpty, "\(what): \(model.unknown)")
    #expect(model.column == Int(frame.cursor.column) && model.row == Int(frame.cursor.row), "\(what): the cursor")
    #expect(model.modes.contains(25) == frame.cursor.isVisible, "\(what): the cursor")
  }

  /// In other languages than English a third of the walks, or all with CLICKWRAP_ALL=1.
  @Test("shows every frame of every walk", arguments: ["en", "ja", "en-XA"])
  func walks(_ language: String) throws {
    var frames = 0
    let walks = BuiltIn.files.filter { $0.key.hasSuffix(".walk") }.sorted { $0.key < $1.key }
    let every = language == "en" || ProcessInfo.processInfo.environment["CLICKWRAP_ALL"] == "1" ? 1 : 3
    for (index, (file, bytes)) in walks.enumerated() where index % every == 0 {
      let (walk, problems) = Walk.parse(String(decoding: bytes, as: UTF8.self), file: file)
      #expect(problems.isEmpty)
      let levels = Dictionary(walk.settings.map { ($0.factor, $0.level) }, uniquingKeysWith: { first, _ in first })
      let name = String(file.split(separator: "/")[0])
      guard let loaded = try? LoadedFlow.load(name, from: BuiltIn.source, set: levels, language: language) else {
        continue
      }
      let flow = loaded.flow
      var stream = FrameStream(flow, depth: .palette)
      var model: ScreenModel?
      let runner = WalkRunner(FlowEngine(flow))
      guard walk.inputs(for: flow).0.presentation == .screen else { continue }
      _ = runner.run(language == "en" ? walk : walk.withoutTexts) { frame, _ in
        let sent = Array(stream.show(frame).utf8)
        if model.map({ $0.columns != Int(frame.size.columns) || $0.rows != Int(frame.size.rows) }) ?? true {
          model = ScreenModel(columns: Int(frame.size.columns), rows: Int(frame.size.rows))
        }
        model?.feed(sent)
        guard let model else { return }
        expectSame(model, frame, flow, "\(file) in \(language)")
        frames += 1
      }
    }
    #expect(frames > 100)
  }
}

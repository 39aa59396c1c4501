import ConsentModel

extension Receipt {
  /// The receipt in lines for people; nothing in them acts on a terminal.
  var lines: [String] {
    var lines = [history.isSimulated ? "SIMULATED CONSENT RECEIPT" : "CONSENT RECEIPT"]
    if let marking { lines.append(marking) }
    lines += [
      "", "receipt: \(receiptID)", "simulated: \(history.isSimulated)", "stage: \(history.header.stage.rawValue)",
      "participant: \(principal)", "controller: \(setting.controller.name)", "contact: \(setting.controller.contact)",
      "notice: \(setting.policyURL) (\(language))", "jurisdiction: \(setting.jurisdiction)",
    ]
    for act in history.acts {
      lines += ["", "\(title(act)): \(standing(act))"]
      if act.kind != .contract { lines.append("  kept: \(setting.retention)") }
      if act.kind != .contract { lines.append("  to withdraw: \(setting.withdrawal)") }
      for event in act.events {
        let types = event.types.isEmpty ? "" : " (\(event.types.map(\.rawValue).joined(separator: ", ")))"
        let day = history.consent == .simulated ? ", simulated date \(event.date.text)" : ""
        let frame = event.frame.map { ", frame \(Receipt.hex($0))" } ?? ""
        lines.append("  \(event.time)\(day): \(Receipt.state(event.status, act.kind))\(types): \(event.indication)")
        if event.event >= 0 { lines.append("    event \(event.event)\(frame)") }
      }
    }
    lines += ["", "journal: \(history.isComplete ? "complete" : "unfinished"), head \(history.head.hex)"]
    return lines.map(\.inert)
  }
}

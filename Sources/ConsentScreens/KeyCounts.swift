import ConsentEngine
import ConsentModel
import ConsentSource

/// Fills in the variables that say how many keys a choice costs, from the explored graph of the flow itself.
struct KeyCounts {
  let spec: FlowSpec
  let report: Report

  func fill(_ flow: inout FlowDefinition) {
    let asked = spec.variables.enumerated().filter { $0.element.derive?.name == "keys" }
    guard !asked.isEmpty else { return }
    let engine = FlowEngine(flow)
    let inputs = SessionInputs(date: flow.dates.published, inputGuardMicroseconds: flow.inputGuardMicroseconds)
    for (position, variable) in asked {
      guard let from = variable.from, let screen = flow.screens.firstIndex(where: { $0.name == from.name }) else {
        continue
      }
      let goal = variable.to.compactMap { name, standing -> (term: Int32, standing: Standing)? in
        guard let term = flow.terms.firstIndex(where: { $0.name == name.name }),
          let index = Schema.standings.firstIndex(of: standing.name)
        else { return nil }
        return (Int32(term), Standing.allCases[index])
      }
      guard let keys = engine.fewestKeys(inputs, from: Int32(screen), to: goal, limit: 200_000) else {
        report.warning(
          at: variable.name.mark, "no keys lead from `\(from.name)` to what `\(variable.name.name)` counts",
          hint: "the variable is 0")
        continue
      }
      flow.variables[position + Compiler.implicitVariables.count].initial = Int32(keys)
    }
  }
}

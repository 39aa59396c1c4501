import ConsentJournal
import Statistics

/// Simulates a plan on all cores, and says what it found.
struct PowerReport {
  let plan: PowerPlan
  let simulations: Int
  let seed: UInt64
  /// The power that is wanted.
  let wanted: Double
  let json: Bool

  /// Studies with so many in each cell.
  private func simulate(_ lanes: Lanes<PowerSimulation, (perCell: Int, studies: Range<Int>), [Int]>, _ perCell: Int)
    -> SimulatedPower
  {
    let starts = stride(from: 0, to: simulations, by: 50)
    let parts = lanes.run(starts.map { (perCell, $0..<min(simulations, $0 + 50)) })
    return SimulatedPower(
      perCell: perCell,
      found: plan.effects.indices.map { effect in
        Proportion(parts.reduce(0) { $0 + $1[effect] }, of: simulations)
      })
  }

  /// The powers for a number, or the numbers for the power that is wanted.
  func say(perCell: Int?, curve: Bool) {
    let lanes = Lanes<PowerSimulation, (perCell: Int, studies: Range<Int>), [Int]>(
      making: { PowerSimulation(plan, seed: seed) }, work: { $0.found(perCell: $1.perCell, studies: $1.studies) })
    var most = perCell ?? 0
    if let perCell {
      say(simulate(lanes, perCell))
    } else {
      let search = SimulatedSearch(wanted, effects: plan.effects.count, most: plan.mostPerCell) { simulate(lanes, $0) }
      say(search)
      most = plan.effects.indices.compactMap { search.smallest($0)?.perCell }.max() ?? 0
    }
    guard curve, most > 0 else { return }
    let last = min(plan.mostPerCell, 2 * most)
    draw(stride(from: max(1, last / 16), through: last, by: max(1, last / 16)).map { simulate(lanes, $0) })
  }

  // MARK: Numbers

  private func say(_ power: SimulatedPower) {
    if json {
      return printJSON([
        ("per_cell", .number(Int64(power.perCell))), ("effects", .array(plan.effects.indices.map { row($0, power) })),
      ])
    }
    head("\(power.perCell) assigned to each cell")
    for (index, effect) in plan.effects.enumerated() {
      Console.line("\(estimate(power, index))  \(effect.name) (\(effect.method))")
    }
  }

  private func say(_ search: SimulatedSearch) {
    let looked = search.looked.map(\.perCell)
    if json {
      return printJSON([
        ("wanted_power", Digits.json(wanted)), ("looked_at", .array(looked.map { .number(Int64($0)) })),
        ("effects", .array(plan.effects.indices.map { row($0, search.smallest($0)) })),
      ])
    }
    head("how many each cell needs for a power of \(Digits.text(wanted))")
    for (index, effect) in plan.effects.enumerated() {
      if let found = search.smallest(index) {
        Console.line(
          "\(found.perCell) assigned to each cell: power \(estimate(found, index))  \(effect.name) (\(effect.method))")
      } else {
        let last = search.looked.last.map { ", with \($0.perCell) it is \(estimate($0, index))" } ?? ""
        Console.line("no number found\(last)  \(effect.name) (\(effect.method))")
      }
    }
    Console.line(
      "each the smallest such that it and all larger that were looked at have it, as simulated; looked at: "
        + looked.map(String.init).joined(separator: " "))
  }

  private func head(_ what: String) {
    let cells = plan.rates.enumerated().map { "\(plan.design.name(ofCell: $0))=\(Digits.text($1))" }
    Console.line("\(what): simulated, \(simulations) studies, seed \(seed), two-sided at \(Digits.text(plan.alpha))")
    let lost = plan.dropout > 0 ? "; each person is lost with \(Digits.fixed(plan.dropout * 100, 1)) %" : ""
    Console.line("cells: \(cells.joined(separator: " "))\(lost)")
    Console.line("power [Wilson score interval, 95 %] ± standard error, both of the simulation")
  }

  private func estimate(_ power: SimulatedPower, _ effect: Int) -> String {
    let own = power.power(effect)
    return "\(Digits.fixed(own.value, 4)) [\(Digits.fixed(own.low, 4)), \(Digits.fixed(own.high, 4))] "
      + "± \(Digits.fixed(power.standardError(effect), 4))"
  }

  // MARK: JSON

  private func row(_ effect: Int, _ power: SimulatedPower?) -> JSON {
    let own = power?.power(effect)
    return .object([
      ("name", .text(plan.effects[effect].name)), ("method", .text(plan.effects[effect].method)),
      ("per_cell", power.map { .number(Int64($0.perCell)) } ?? .null),
      ("power", own.map { Digits.json($0.value) } ?? .null),
      ("standard_error", power.map { Digits.json($0.standardError(effect)) } ?? .null),
      ("low", own.map { Digits.json($0.low) } ?? .null), ("high", own.map { Digits.json($0.high) } ?? .null),
    ])
  }

  private func printJSON(_ members: [(String, JSON)]) {
    let cells = plan.rates.enumerated().map { cell, rate in
      JSON.object([("cell", .text(plan.design.name(ofCell: cell))), ("rate", Digits.json(rate))])
    }
    let head: [(String, JSON)] = [
      ("simulated", .bool(true)), ("simulations", .number(Int64(simulations))), ("seed", .text("\(seed)")),
      ("alpha", Digits.json(plan.alpha)), ("dropout", Digits.json(plan.dropout)), ("cells", .array(cells)),
    ]
    Console.out(JSON.object(head + members).line + "\n")
  }

  // MARK: Curve

  private func draw(_ powers: [SimulatedPower]) {
    if json {
      for power in powers {
        let values = plan.effects.indices.map { Digits.json(power.found[$0].share) }
        Console.out(
          JSON.object([("per_cell", .number(Int64(power.perCell))), ("powers", .array(values))]).line + "\n")
      }
      return
    }
    for (index, effect) in plan.effects.enumerated() {
      Console.line("")
      Console.line(effect.name)
      for power in powers { Console.line(PowerReport.bar(power.perCell, power.found[index].share)) }
    }
  }

  /// A number of people with its power, as a number and as a bar of up to 50 signs.
  static func bar(_ people: Int, _ power: Double) -> String {
    let count = String(people)
    let bar = String(repeating: "#", count: Int((power * 50).rounded()))
    return String(repeating: " ", count: max(0, 5 - count.count)) + count + "  \(Digits.fixed(power, 3))  \(bar)"
  }
}

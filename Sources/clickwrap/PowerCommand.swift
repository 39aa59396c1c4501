import ArgumentParser
import ConsentJournal
import Statistics

struct PowerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "power", abstract: "How many participants a study needs: two arms exactly, more by simulation.",
    discussion: """
      Power moves in a saw: a larger number may have less. What is given is the smallest number in an arm such that it and every \
      larger one that was looked at has the power. --dropout says which share of those assigned is expected to be lost; the number \
      to assign is given beside the number to complete.

      With --per-arm the power for that number is given, and the rates that are found with the wanted power.

      With --cell, more arms and factorial designs are simulated. A cell is a level of each factor, with commas between them, and its \
      rate; every combination is given, and the first level of a factor is its base. Arms are compared with the first, or as \
      --contrast says, by --test with Holm's adjustment. Several factors are tested one by one and two by two in a logistic \
      regression, and two levels by two on the scale of shares too. --dropout loses people at random; numbers are those assigned. \
      Without --per-cell each effect's number is looked for.

      Examples:
        clickwrap power --base 0.10 --other 0.25
        clickwrap power --base 0.10 --other 0.25 --test fisher --dropout 0.15 --json
        clickwrap power --base 0.10 --per-arm 100
        clickwrap power --base 0.10 --other 0.25 --curve
        clickwrap power --arm off=0.20 --arm on=0.45 --arm none=0.30 --dropout 0.1
        clickwrap power --cell on,large=0.60 --cell on,equal=0.55 --cell off,large=0.25 --cell off,equal=0.20 --per-cell 100
      """)

  @Option(help: "The rate in the base arm.")
  var base: Double?

  @Option(help: "The rate in the other arm.")
  var other: Double?

  @Option(help: "Participants in each arm, 2 to 1,000.")
  var perArm: Int?

  @Option(
    name: [.customLong("cell"), .customLong("arm")],
    help: "A cell and its rate: on,large=0.60. Once for each; simulated.")
  var cells: [PowerCell] = []

  @Option(help: "The names of the cells' factors, with commas between them.")
  var factors: String?

  @Option(name: .customLong("contrast"), help: "Two cells to compare, base/other. Once for each.")
  var contrasts: [PowerContrast] = []

  @Option(help: "Participants assigned to each cell, 2 to 1,000, or 10,000 in a regression.")
  var perCell: Int?

  @Option(help: "How many studies are simulated, 100 to 1,000,000.")
  var simulations = 2000

  @Option(help: "The seed of the simulation.")
  var seed: UInt64 = 1

  @Option(help: "boschloo, fisher, mid-p or pooled-z.")
  var test = TwoArmDesign.Test.boschloo

  @Option(help: "The level, two-sided.")
  var alpha = 0.05

  @Option(help: "The power that is wanted.")
  var power = 0.8

  @Option(help: "The share that is lost after it was assigned.")
  var dropout = 0.0

  @Flag(help: "Print the power for numbers up to twice what is needed: a table, and a picture of it.")
  var curve = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    for (name, value) in [("base", base ?? 0.5), ("other", other ?? 0.5)] where !(0...1).contains(value) {
      throw ValidationError("--\(name) is a rate from 0 to 1")
    }
    for (name, value) in [("alpha", alpha), ("power", power)] where value <= 0 || value >= 1 {
      throw ValidationError("--\(name) lies between 0 and 1")
    }
    guard (0..<1).contains(dropout) else { throw ValidationError("--dropout is 0 or more and under 1") }
    guard cells.isEmpty else { return try validateCells() }
    guard contrasts.isEmpty, factors == nil, perCell == nil else {
      throw ValidationError("--contrast, --factors and --per-cell go with --cell")
    }
    guard let base else { throw ValidationError("give --base, or --cell for each cell of a design") }
    if other == nil, perArm == nil { throw ValidationError("give --other, or --per-arm, or both") }
    if let perArm, !(2...1000).contains(perArm) { throw ValidationError("--per-arm is 2 to 1,000") }
    if curve, other == nil { throw ValidationError("--curve needs --other") }
    if other == base { throw ValidationError("the two rates are the same: no number finds a difference") }
  }

  private func validateCells() throws {
    guard base == nil, other == nil, perArm == nil else {
      throw ValidationError("--base, --other and --per-arm do not go with --cell; its number is --per-cell")
    }
    let most = try plan().mostPerCell
    if let perCell, !(2...most).contains(perCell) { throw ValidationError("--per-cell is 2 to \(most) here") }
    guard (100...1_000_000).contains(simulations) else { throw ValidationError("--simulations is 100 to 1,000,000") }
  }

  private func plan() throws -> PowerPlan {
    try PowerPlan(cells, factors: factors, contrasts: contrasts, test: test, dropout: dropout, alpha: alpha)
  }

  func run() throws {
    guard let base else {
      return PowerReport(plan: try plan(), simulations: simulations, seed: seed, wanted: power, json: json)
        .say(perCell: perCell, curve: curve)
    }
    if let perArm { return say(TwoArmDesign(perArm: perArm, alpha: alpha, test: test), base) }
    guard let other else { return }
    guard let found = SampleSize.search(base, other, power: power, alpha: alpha, test: test) else {
      throw CommandFailure(.usage, "clickwrap: up to 1,000 in an arm no number has a power of \(Digits.text(power))")
    }
    let assigned = Int((Double(found.perArm) / (1 - dropout)).rounded(.up))
    if json {
      Console.out(
        JSON.object([
          ("test", .text(test.rawValue)), ("alpha", Digits.json(alpha)), ("base", Digits.json(base)),
          ("other", Digits.json(other)), ("per_arm", .number(Int64(found.perArm))),
          ("per_arm_assigned", .number(Int64(assigned))), ("power", Digits.json(found.power)),
          ("achieved_size", Digits.json(found.achievedSize)), ("first_per_arm", .number(Int64(found.firstPerArm))),
          ("looked_up_to", .number(Int64(found.lookedUpTo))),
        ]).line + "\n")
    } else {
      Console.line(
        "\(found.perArm) in each arm: power \(Digits.fixed(found.power, 4)) for \(Digits.text(base)) against \(Digits.text(other))"
      )
      Console.line(
        "\(test.name), two-sided at \(Digits.text(alpha)); achieved size \(Digits.fixed(found.achievedSize, 4))")
      Console.line(
        "the smallest such that all up to \(found.lookedUpTo) have it; \(found.firstPerArm) is the first that has it at all"
      )
      if dropout > 0 {
        Console.line("assign \(assigned) in each arm, for \(Digits.fixed(dropout * 100, 1)) % are lost")
      }
    }
    if curve { draw(found, base, other) }
  }

  private func say(_ design: TwoArmDesign, _ base: Double) {
    let above = design.detectableRate(above: base, power: power)
    let below = design.detectableRate(below: base, power: power)
    let own = other.map { design.power(base, $0) }
    if json {
      Console.out(
        JSON.object([
          ("test", .text(test.rawValue)), ("alpha", Digits.json(alpha)), ("base", Digits.json(base)),
          ("per_arm", .number(Int64(design.perArm))), ("achieved_size", Digits.json(design.achievedSize)),
          ("power", own.map(Digits.json) ?? .null), ("detectable_above", above.map(Digits.json) ?? .null),
          ("detectable_below", below.map(Digits.json) ?? .null),
        ]).line + "\n")
      return
    }
    Console.line(
      "\(design.perArm) in each arm, \(test.name), two-sided at \(Digits.text(alpha)); achieved size \(Digits.fixed(design.achievedSize, 4))"
    )
    if let other, let own {
      Console.line("power \(Digits.fixed(own, 4)) for \(Digits.text(base)) against \(Digits.text(other))")
    }
    let rates = [below.map { "\(Digits.text($0)) or less" }, above.map { "\(Digits.text($0)) or more" }].compactMap {
      $0
    }
    Console.line(
      "beside \(Digits.text(base)), found with a power of \(Digits.text(power)): \(rates.isEmpty ? "nothing" : rates.joined(separator: ", "))"
    )
  }

  private func draw(_ found: SampleSize, _ base: Double, _ other: Double) {
    let most = min(1000, 2 * found.perArm)
    let step = max(1, most / 24)
    let numbers = Array(stride(from: step, through: most, by: step))
    let lanes = Lanes<Int, Int, Double>(
      making: { 0 }, work: { TwoArmDesign(perArm: $1, alpha: alpha, test: test).power(base, other) })
    for (perArm, power) in zip(numbers, lanes.run(numbers)) {
      if json {
        Console.out(
          JSON.object([("per_arm", .number(Int64(perArm))), ("power", Digits.json(power))]).line + "\n")
        continue
      }
      Console.line(PowerReport.bar(perArm, power))
    }
  }
}

extension TwoArmDesign.Test: ExpressibleByArgument {}

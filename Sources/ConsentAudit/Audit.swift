import ConsentEngine
import ConsentModel

/// The rules run over a deciding layer. A rule that fires describes; it does not judge, and no number sums them up.
public enum Audit {
  /// All rules in their order.
  public static var rules: [any AuditRule.Type] {
    [
      R01Preset.self, R02Silence.self, R03NoRefuseFirstLayer.self, R04Steps.self, R05DeferOnly.self,
      R06SettingsOnly.self,
      R07Bundle.self, R08Granular.self, R09Size.self, R10Colour.self, R11Contrast.self, R12SmallPrint.self,
      R13AfterCommit.self, R14BelowFold.self, R15DefaultKey.self, R16Toggle.self, R17Negation.self, R18Vague.self,
      R19Framing.self, R20Gaps.self, R21Reading.self, R22Withdraw.self, R23Nag.self, R24Pressure.self,
      R25EffectRecord.self,
    ]
  }

  /// What every rule says of a layer.
  public static func results(_ subject: AuditSubject) -> [AuditResult] {
    rules.map { rule in AuditResult(rule: rule.about, verdict: rule.look(at: subject)) }
  }
}

/// One rule: a measurable feature of a screen or a flow.
public protocol AuditRule: Sendable {
  /// What it is about, and where it comes from.
  static var about: AuditRuleFacts { get }
  /// Whether the feature is there.
  static func look(at subject: AuditSubject) -> AuditVerdict
}

/// What is said of a rule wherever it is named.
public struct AuditRuleFacts: Hashable, Sendable {
  /// `R01` to `R25`.
  public var id: String
  /// Its name, a word or two.
  public var name: String
  /// When it fires, in a sentence without a full stop.
  public var firesWhen: String
  /// The law or guidance that it comes from.
  public var basis: String
  /// The pattern of the EDPB's Guidelines 03/2022, or an empty text.
  public var edpb: String
  /// The pattern of the ontology of Gray et al. 2024, or an empty text.
  public var ontology: String
  /// What would silence it.
  public var silencedBy: String

  init(
    _ id: String, _ name: String, firesWhen: String, basis: String, edpb: String = "", ontology: String = "",
    silencedBy: String
  ) {
    self.id = id
    self.name = name
    self.firesWhen = firesWhen
    self.basis = basis
    self.edpb = edpb
    self.ontology = ontology
    self.silencedBy = silencedBy
  }
}

/// What a rule says of a layer.
public enum AuditVerdict: Hashable, Sendable {
  /// The feature is there; one or more findings.
  case fires([AuditFinding])
  /// It is not there.
  case quiet
  /// It cannot be told here, and why.
  case notAssessed(String)

  /// Fires where there are findings.
  static func of(_ findings: [AuditFinding]) -> AuditVerdict { findings.isEmpty ? .quiet : .fires(findings) }
}

/// One place where a rule fires.
public struct AuditFinding: Hashable, Sendable {
  /// The element, as `screen.element`, or the way, as keys.
  public var at: String
  /// What was measured, with its unit.
  public var measured: String
  /// The threshold that it was held against.
  public var threshold: String

  init(_ at: String, _ measured: String, threshold: String = "none may be there") {
    self.at = at
    self.measured = measured
    self.threshold = threshold
  }
}

/// A rule and what it says.
public struct AuditResult: Sendable {
  /// The rule.
  public var rule: AuditRuleFacts
  /// What it says.
  public var verdict: AuditVerdict

  /// Whether it fires.
  public var fires: Bool { if case .fires = verdict { true } else { false } }
}

extension AuditSubject {
  /// A way in words.
  static func words(_ inputs: [Input]) -> String {
    let words = inputs.map { input in
      switch input {
      case .key(let key): key.spelling
      case .mouse(let mouse): "click@\(mouse.column),\(mouse.row)"
      case .wake: "(waiting)"
      case .paste, .resize, .terminalFocus, .suspended, .continued, .fence, .unknown, .choose, .resumed, .leave: "?"
      }
    }
    return words.isEmpty ? "nothing pressed" : words.joined(separator: " ")
  }

  /// A number with one or two digits after the point, to the nearest.
  static func number(_ value: Double, digits: Int = 2) -> String {
    let factor = digits == 1 ? 10.0 : 100.0
    let whole = Int((value * factor).rounded())
    let rest = String(abs(whole) % Int(factor))
    return (whole < 0 ? "-" : "")
      + "\(abs(whole) / Int(factor)).\(String(repeating: "0", count: digits - rest.count) + rest)"
  }
}

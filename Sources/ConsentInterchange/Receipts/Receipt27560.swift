extension Receipt {
  /// The receipt by the field names of ISO/IEC TS 27560:2023.
  var iso27560: ReceiptValue {
    var members: [(String, ReceiptValue)] = [
      ("schema_version", .text("ISO/IEC TS 27560:2023")), ("simulated", .bool(history.isSimulated)),
    ]
    if let marking { members.append(("marking", .text(marking))) }
    members += [
      ("record_id", .text(id("record"))), ("receipt_id", .text(receiptID)), ("pii_principal_id", .text(principal)),
      ("pii_processing", .list(history.acts.map(processing))),
      ("party_identification", .list([party])), ("clickwrap", .object(source)),
    ]
    return .object(members)
  }

  private func processing(_ act: ConsentAct) -> ReceiptValue {
    let isContract = act.kind == .contract
    return .object([
      ("privacy_notice", .text(setting.policyURL)), ("language", .text(language)),
      ("purposes", .texts([title(act)])),
      ("purpose_type", .text(isContract ? "contract" : act.kind == .purpose ? "improve the service" : "research")),
      ("lawful_basis", .text(isContract ? "contract" : "consent")),
      ("pii_information", .list(data(act).map { pii($0, isOptional: !isContract) })),
      ("pii_controllers", .texts(["controller"])), ("collection_method", .text("screens in a terminal")),
      ("processing_method", .text(setting.processing)), ("storage_locations", .texts([setting.storage])),
      ("retention_period", .text(setting.retention)), ("processing_locations", .texts([setting.storage])),
      ("geographic_restrictions", .text("not stated")), ("services", .texts([setting.service])),
      ("jurisdiction", .text(setting.jurisdiction)), ("recipient_third_parties", .texts(["none"])),
      ("withdrawal_method", .text(setting.withdrawal)),
      ("privacy_rights", .texts([isContract ? "none (simulated)" : "to withdraw the consent at any time"])),
      ("codes_of_conduct", .text("not stated")), ("impact_assessment", .text("not stated")),
      ("authority_party", .text("not stated")), ("events", .list(act.events.map { event($0, act) })),
    ])
  }

  private func pii(_ type: String, isOptional: Bool) -> ReceiptValue {
    .object([
      ("pii_type", .text(type)), ("pii_attribute_id", .text("not stated")), ("pii_optional", .bool(isOptional)),
      ("sensitive_pii_category", .text("none")), ("special_pii_category", .text("none")),
    ])
  }

  private var party: ReceiptValue {
    let controller = setting.controller
    return .object([
      ("party_id", .text("controller")), ("party_address", .text(controller.address)),
      ("party_email", .text(controller.email)), ("party_url", .text(controller.url)),
      ("party_phone", .text(controller.phone)), ("party_name", .text(controller.name)),
      ("party_role", .text("PII controller")), ("party_contact", .text(controller.contact)),
      ("party_type", .text(history.consent == .simulated ? "fictional" : "organisation")),
    ])
  }

  private func event(_ event: ConsentEvent, _ act: ConsentAct) -> ReceiptValue {
    let type = event.types.first?.rawValue ?? (event.status == .dateOfDecision ? "system" : "none")
    let isPerson = event.status != .requested && event.status != .dateOfDecision
    return .object([
      ("event_time", .text(event.time)),
      (
        "validity_duration",
        .text(event.status == .given || event.status == .renewed ? "until it is withdrawn" : "none")
      ),
      ("entity_id", .text(isPerson ? principal : "controller")), ("event_type", .text(type)),
      ("event_state", .text(Receipt.state(event.status, act.kind))), ("clickwrap", evidence(event)),
    ])
  }

  /// A state: of a consent by the names of the Data Privacy Vocabulary; accepting terms is none.
  static func state(_ status: ConsentEvent.Status, _ kind: ConsentAct.Kind) -> String {
    guard kind == .contract else { return status.rawValue }
    switch status {
    case .requested: return "terms-offered"
    case .deferred: return "terms-put-off"
    case .given, .renewed: return "terms-accepted"
    case .refused: return "terms-refused"
    case .withdrawn: return "terms-ended"
    case .unknown: return "terms-unknown"
    case .dateOfDecision: return status.rawValue
    }
  }
}

extension Receipt {
  /// The receipt by the Kantara consent receipt specification 1.1.
  var kantara: ReceiptValue {
    // Whole seconds of the last decision, or of the last question where there was none.
    let last = history.acts.map { $0.standing.at }.max() ?? 0
    var members: [(String, ReceiptValue)] = [
      ("version", .text("KI-CR-v1.1.0")), ("simulated", .bool(history.isSimulated)),
    ]
    if let marking { members.append(("marking", .text(marking))) }
    members += [
      ("jurisdiction", .text(setting.jurisdiction)), ("consentTimestamp", .number(last / 1000)),
      ("collectionMethod", .text("screens in a terminal")), ("consentReceiptID", .text(receiptID)),
      ("language", .text(language)), ("piiPrincipalId", .text(principal)), ("piiControllers", .list([controller])),
      ("policyUrl", .text(setting.policyURL)), ("services", .list(history.acts.map(service))),
      ("sensitive", .bool(false)), ("spiCat", .list([])), ("clickwrap", .object(source + [("acts", kantaraActs)])),
    ]
    return .object(members)
  }

  private var controller: ReceiptValue {
    let party = setting.controller
    return .object([
      ("piiController", .text(party.name)), ("contact", .text(party.contact)),
      ("address", .object([("streetAddress", .text(party.address))])), ("email", .text(party.email)),
      ("phone", .text(party.phone)), ("piiControllerUrl", .text(party.url)), ("onBehalf", .bool(false)),
    ])
  }

  /// A service of its own for each act, so that the terms are apart from what is optional.
  private func service(_ act: ConsentAct) -> ReceiptValue {
    let isContract = act.kind == .contract
    let category =
      switch act.kind {
      case .contract: "2 - Contracted Service"
      case .purpose: "16 - Improve Performance"
      case .participation: "Research"
      }
    let purpose: ReceiptValue = .object([
      ("purpose", .text(title(act))), ("consentType", .text(Receipt.consentType(act))),
      ("purposeCategory", .texts([category])), ("piiCategory", .texts(data(act))),
      ("primaryPurpose", .bool(isContract || act.kind == .participation)), ("termination", .text(setting.withdrawal)),
      ("thirdPartyDisclosure", .bool(false)),
    ])
    return .object([("service", .text(setting.service)), ("purposes", .list([purpose]))])
  }

  private var kantaraActs: ReceiptValue {
    .list(
      history.acts.map { act in
        .object([
          ("act", .text(title(act))), ("standing", .text(standing(act))),
          (
            "events",
            .list(
              act.events.map { event in
                .object([
                  ("time", .text(event.time)), ("state", .text(Receipt.state(event.status, act.kind))),
                  ("evidence", evidence(event)),
                ])
              })
          ),
        ])
      })
  }

  /// The type of a consent. The specification knows only how one was given; that none was has words of our own.
  static func consentType(_ act: ConsentAct) -> String {
    let event = act.standing
    if act.kind == .contract { return Receipt.state(event.status, act.kind).uppercased() }
    switch event.status {
    case .given, .renewed: return event.types.contains(.implied) ? "IMPLICIT" : "EXPLICIT"
    case .requested: return "REQUESTED"
    case .deferred: return "DEFERRED"
    case .refused: return "REFUSED"
    case .withdrawn: return "WITHDRAWN"
    case .unknown, .dateOfDecision: return "UNKNOWN"
    }
  }
}

extension Receipt {
  /// The receipt in the Data Privacy Vocabulary 2.3, JSON-LD in compact form with its context inside.
  ///
  /// Every optional purpose has a record of its own. Accepting terms is no consent: it is a contract with its own status,
  /// beside the records.
  var dpv: ReceiptValue {
    let records = history.acts.filter { $0.kind != .contract }.map(record)
    let contracts = history.acts.filter { $0.kind == .contract }.map(contract)
    var receipt: [(String, ReceiptValue)] = [
      ("@id", .text(iri("receipt"))), ("@type", .text("dpv:ConsentReceipt")),
      ("dct:conformsTo", reference("https://w3id.org/dpv/schema/dpv-27560#receipt")),
      ("dct:hasVersion", .text("2.3")), ("dct:identifier", .text(receiptID)), ("dpv:hasIdentifier", .text(receiptID)),
      ("dct:language", .text(language)), ("cw:simulated", .bool(history.isSimulated)),
    ]
    if let marking { receipt.append(("dct:description", .text(marking))) }
    receipt += [
      ("dpv:hasDataSubject", reference(subject)),
      (
        "dpv:hasRecordOfActivity",
        .list(history.acts.filter { $0.kind != .contract }.map { reference(iri("record \($0.name)")) })
      ),
      ("cw:journalHead", .text(history.head.hex)), ("cw:journalIsComplete", .bool(history.isComplete)),
      ("cw:stage", .text(history.header.stage.rawValue)),
    ]
    if !history.notice.isEmpty { receipt.append(("cw:noticeText", .text(history.notice))) }
    let parties: [ReceiptValue] = [
      .object([("@id", .text(subject)), ("@type", .text("dpv:DataSubject")), ("dct:identifier", .text(principal))]),
      .object([
        ("@id", .text(iri("controller"))), ("@type", .text("dpv:DataController")),
        ("dpv:hasName", .text(setting.controller.name)), ("dpv:hasContact", .text(setting.controller.contact)),
        ("dpv:hasAddress", .text(setting.controller.address)),
      ]),
    ]
    return .object([
      ("@context", context), ("@graph", .list([.object(receipt)] + records + contracts + parties)),
    ])
  }

  private var context: ReceiptValue {
    .object([
      ("dpv", .text("https://w3id.org/dpv#")), ("eu-gdpr", .text("https://w3id.org/dpv/legal/eu/gdpr#")),
      ("pd", .text("https://w3id.org/dpv/pd#")), ("dct", .text("http://purl.org/dc/terms/")),
      ("xsd", .text("http://www.w3.org/2001/XMLSchema#")), ("cw", .text("https://clickwrap.invalid/terms#")),
    ])
  }

  /// No name from outside stands in an address: only digests do.
  private func iri(_ what: String) -> String {
    history.isSimulated
      ? "https://simulated.invalid/\(id(what))" : "urn:uuid:\(id(what).split(separator: "-", maxSplits: 1)[1])"
  }

  private var subject: String { iri("subject") }

  private func reference(_ iri: String) -> ReceiptValue { .object([("@id", .text(iri))]) }

  private func described(_ type: String, _ words: String) -> ReceiptValue {
    .object([("@type", .text(type)), ("dct:description", .text(words))])
  }

  private func record(_ act: ConsentAct) -> ReceiptValue {
    let name = id("record \(act.name)")
    return .object(
      [
        ("@id", .text(iri("record \(act.name)"))), ("@type", .text("dpv:ConsentRecord")),
        ("dct:conformsTo", reference("https://w3id.org/dpv/schema/dpv-27560#record")), ("dct:hasVersion", .text("2.3")),
        ("dct:identifier", .text(name)), ("dpv:hasIdentifier", .text(name)), ("dct:title", .text(title(act))),
        ("cw:simulated", .bool(history.isSimulated)), ("dpv:hasDataSubject", reference(subject)),
        ("dpv:hasNotice", notice), ("dpv:hasProcess", process(act)),
        ("dpv:hasLegalBasis", reference("eu-gdpr:A6-1-a")),
        ("dpv:hasConsentControl", described("dpv:WithdrawConsent", setting.withdrawal)),
        ("dpv:hasJurisdiction", described("dpv:Location", setting.jurisdiction)),
        ("dpv:hasRight", reference("eu-gdpr:A7-3")),
        (
          "dpv:hasConsentStatus",
          .list(act.events.filter { $0.status != .dateOfDecision }.map { status($0, "dpv:\($0.status.rawValue)") })
        ),
      ] + systemEvents(act))
  }

  private var notice: ReceiptValue {
    .object([
      ("@type", .text("dpv:ConsentNotice")), ("dct:identifier", .text(setting.policyURL)),
      ("dct:language", .text(language)),
    ])
  }

  private func process(_ act: ConsentAct) -> ReceiptValue {
    let isStudy = act.kind == .participation
    return .object([
      ("@type", .text("dpv:Process")),
      (
        "dpv:hasPurpose",
        reference(isStudy ? "dpv:ResearchAndDevelopment" : "dpv:ImproveExistingProductsAndServices")
      ),
      ("dpv:hasPersonalData", reference(isStudy ? "dpv:PersonalData" : "pd:Communication")),
      ("dpv:hasStorageCondition", described("dpv:StorageCondition", setting.retention)),
      ("dpv:hasRecipient", reference(iri("controller"))), ("dpv:hasDataController", reference(iri("controller"))),
    ])
  }

  private func status(_ event: ConsentEvent, _ type: String) -> ReceiptValue {
    let isPerson = event.status != .requested && event.status != .dateOfDecision
    let types = [type] + event.types.map { "dpv:\($0.rawValue)" }
    let isGiven = event.status == .given || event.status == .renewed
    var members: [(String, ReceiptValue)] = [
      ("@type", types.count == 1 ? .text(types[0]) : .texts(types)),
      ("dpv:isIndicatedAtTime", .object([("@type", .text("xsd:dateTime")), ("@value", .text(event.time))])),
      (
        "dpv:hasDuration",
        described("dpv:UntilEventDuration", isGiven ? "until it is withdrawn" : "until it is decided otherwise")
      ),
      ("dpv:isIndicatedBy", reference(isPerson ? subject : iri("controller"))),
      ("dpv:hasIndicationMethod", .text(event.indication)), ("cw:event", .number(Int64(event.event))),
    ]
    if let frame = event.frame { members.append(("cw:frame", .text(Receipt.hex(frame)))) }
    if history.consent == .simulated { members.append(("cw:simulatedDate", .text(event.date.text))) }
    return .object(members)
  }

  /// What the system did; no state of a consent.
  private func systemEvents(_ act: ConsentAct) -> [(String, ReceiptValue)] {
    let events = act.events.filter { $0.status == .dateOfDecision }
    return events.isEmpty ? [] : [("cw:systemEvent", .list(events.map { status($0, "cw:DateOfDecision") }))]
  }

  private func contract(_ act: ConsentAct) -> ReceiptValue {
    .object(
      [
        ("@id", .text(iri("contract \(act.name)"))), ("@type", .text("dpv:Contract")),
        ("dct:identifier", .text(id("contract \(act.name)"))), ("dct:title", .text(title(act))),
        ("cw:simulated", .bool(history.isSimulated)), ("dpv:hasDataSubject", reference(subject)),
        ("dpv:hasDataController", reference(iri("controller"))), ("dpv:hasLegalBasis", reference("eu-gdpr:A6-1-b")),
        ("dct:description", .text(standing(act))),
        ("dpv:hasContractStatus", .list(act.events.filter { $0.status != .dateOfDecision }.map(contractStatus))),
      ] + systemEvents(act))
  }

  /// Terms are signed when they were accepted; otherwise they are only offered, and the indication says the rest.
  private func contractStatus(_ event: ConsentEvent) -> ReceiptValue {
    status(
      event, event.status == .given || event.status == .renewed ? "dpv:ContractFullySigned" : "dpv:ContractOffered")
  }
}

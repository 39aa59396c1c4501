import ConsentModel

/// Looks through receipts for what they lack.
public enum ReceiptCheck {
  /// The largest receipt in bytes.
  public static let maximumBytes = 1 << 20

  /// Everything that is wrong with a receipt, in the order of its lines.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - format: its format, or nil to find out; text for people cannot be checked.
  /// - Returns: the format that it was checked as, nil when it is none of them, and the problems.
  public static func problems(
    in bytes: [UInt8], format: Receipt.Format? = nil
  ) -> (format: Receipt.Format?, problems: [ReceiptProblem]) {
    var reader = ReceiptReader(bytes)
    let root: ReceiptNode
    do throws(ReceiptReader.Failure) {
      root = try reader.document()
    } catch {
      return (format, [ReceiptProblem(line: error.line, path: "", words: error.words)])
    }
    var problems = reader.doubled.map {
      ReceiptProblem(line: $0.line, path: $0.key, words: "stands twice in one object")
    }
    let found = format ?? likely(root)
    switch found {
    case .iso27560: problems += iso27560(root)
    case .kantara: problems += kantara(root)
    case .dpv: problems += dpv(root)
    case .text, nil:
      problems.append(
        ReceiptProblem(line: root.line, path: "", words: "neither a receipt of 27560, nor of Kantara, nor of DPV"))
    }
    let sorted = problems.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
    return (found, sorted.map(\.element))
  }

  /// The format whose members stand in a receipt most often; nil when none does.
  private static func likely(_ root: ReceiptNode) -> Receipt.Format? {
    guard case .object(let members) = root.value else { return nil }
    let keys = Set(members.map(\.key))
    let counts: [(Receipt.Format, Int)] = [
      (
        .iso27560,
        keys.intersection(["schema_version", "record_id", "receipt_id", "pii_principal_id", "pii_processing"]).count
      ),
      (.kantara, keys.intersection(Set(kantaraFields.map(\.key)).subtracting(["simulated", "jurisdiction"])).count),
      (.dpv, keys.intersection(["@context", "@graph"]).count),
    ]
    let best = counts.max { $0.1 < $1.1 }
    return best.flatMap { $0.1 > 0 ? $0.0 : nil }
  }

  // MARK: What holds of all

  /// A simulated receipt can never be taken for a real one, nor a real one for a simulated one.
  ///
  /// - Parameters:
  ///   - ids: where the ids stand.
  ///   - addresses: where those of a fictional vendor stand.
  ///   - hasVendor: whether it is the consent that a vendor asks for.
  private static func marking(
    _ simulated: Bool?, at node: ReceiptNode, ids: [(String, ReceiptNode?)], addresses: [(String, ReceiptNode?)],
    words: (String, ReceiptNode?), hasVendor: Bool
  ) -> [ReceiptProblem] {
    guard let simulated else { return [] }
    var problems: [ReceiptProblem] = []
    for (path, id) in ids {
      guard let id, let text = id.text, text.hasPrefix("SIMULATED-") != simulated else { continue }
      let what =
        simulated ? "simulated, and does not begin with SIMULATED-" : "not simulated, and begins with SIMULATED-"
      problems.append(ReceiptProblem(line: id.line, path: path, words: what))
    }
    guard simulated else { return problems }
    if !(words.1?.text?.contains("SIMULATED") ?? false) {
      problems.append(
        ReceiptProblem(
          line: words.1?.line ?? node.line, path: words.0, words: "simulated, and does not say so in words"))
    }
    for (path, address) in addresses where hasVendor {
      guard let address, let text = address.text, !text.contains(".invalid") else { continue }
      problems.append(
        ReceiptProblem(line: address.line, path: path, words: "simulated, and no address below .invalid"))
    }
    return problems
  }

  private static func hasVendor(_ root: ReceiptNode) -> Bool { root["clickwrap"]?["consent"]?.text != "study" }

  // MARK: 27560

  private static let states =
    ConsentEvent.Status.allCases.map(\.rawValue)
    + ["terms-offered", "terms-put-off", "terms-accepted", "terms-refused", "terms-ended", "terms-unknown"]

  private static func iso27560(_ root: ReceiptNode) -> [ReceiptProblem] {
    let texts = ReceiptShape.list(.text, atLeast: 1)
    let pii = ReceiptShape.object(
      ReceiptShape.fields(["pii_type", "pii_attribute_id", "sensitive_pii_category", "special_pii_category"], .text)
        + [.init("pii_optional", .bool)])
    let event = ReceiptShape.object(
      [.init("event_time", .time)] + ReceiptShape.fields(["validity_duration", "entity_id", "event_type"], .text)
        + [.init("event_state", .oneOf(states))])
    let processing = ReceiptShape.object(
      ReceiptShape.fields(
        [
          "privacy_notice", "language", "purpose_type", "lawful_basis", "collection_method", "processing_method",
          "retention_period", "jurisdiction", "withdrawal_method",
        ], .text)
        + ReceiptShape.fields(
          [
            "purposes", "pii_controllers", "storage_locations", "processing_locations", "services",
            "recipient_third_parties", "privacy_rights",
          ], texts)
        + [.init("pii_information", .list(pii, atLeast: 1)), .init("events", .list(event, atLeast: 1))]
        + ["geographic_restrictions", "codes_of_conduct", "impact_assessment", "authority_party"].map {
          .init($0, .text, isRequired: false)
        })
    let party = ReceiptShape.object(
      ReceiptShape.fields(
        ["party_id", "party_address", "party_email", "party_name", "party_role", "party_contact", "party_type"], .text)
        + ["party_url", "party_phone"].map { .init($0, .text, isRequired: false) })
    var problems: [ReceiptProblem] = []
    ReceiptShape.object(
      [.init("schema_version", .exactly("ISO/IEC TS 27560:2023")), .init("simulated", .bool)]
        + ReceiptShape.fields(["record_id", "receipt_id", "pii_principal_id"], .text)
        + [
          .init("pii_processing", .list(processing, atLeast: 1)),
          .init("party_identification", .list(party, atLeast: 1)),
        ]
    ).check(root, "", into: &problems)
    let parties = root["party_identification"]?.items ?? []
    let known = Set(parties.compactMap { $0["party_id"]?.text })
    for (index, item) in (root["pii_processing"]?.items ?? []).enumerated() {
      for controller in item["pii_controllers"]?.items ?? [] {
        guard let id = controller.text, !known.contains(id) else { continue }
        problems.append(
          ReceiptProblem(
            line: controller.line, path: "pii_processing[\(index)].pii_controllers",
            words: "\(id.quotedAsJSON) is no party of this receipt"))
      }
    }
    let addresses = parties.enumerated().map { ("party_identification[\($0)].party_email", $1["party_email"]) }
    return problems
      + marking(
        root["simulated"]?.bool, at: root,
        ids: ["record_id", "receipt_id", "pii_principal_id"].map { ($0, root[$0]) }, addresses: addresses,
        words: ("marking", root["marking"]), hasVendor: hasVendor(root))
  }

  // MARK: Kantara

  private static let kantaraFields: [ReceiptShape.Field] = {
    let purpose = ReceiptShape.object([
      .init("consentType", .text), .init("purposeCategory", .list(.text, atLeast: 1)),
      .init("piiCategory", .list(.text, atLeast: 1)), .init("termination", .text),
      .init("thirdPartyDisclosure", .bool),
    ])
    let service = ReceiptShape.object([.init("service", .text), .init("purposes", .list(purpose, atLeast: 1))])
    let controller = ReceiptShape.object(
      ReceiptShape.fields(["piiController", "contact", "email", "phone"], .text) + [.init("address", .object([]))])
    return [
      .init("version", .exactly("KI-CR-v1.1.0")), .init("simulated", .bool), .init("jurisdiction", .text),
      .init("consentTimestamp", .whole), .init("collectionMethod", .text), .init("consentReceiptID", .text),
      .init("piiPrincipalId", .text), .init("piiControllers", .list(controller, atLeast: 1)),
      .init("policyUrl", .text), .init("services", .list(service, atLeast: 1)), .init("sensitive", .bool),
      .init("spiCat", .list(.text, atLeast: 0)), .init("language", .text, isRequired: false),
      .init("publicKey", .text, isRequired: false),
    ]
  }()

  private static func kantara(_ root: ReceiptNode) -> [ReceiptProblem] {
    var problems: [ReceiptProblem] = []
    ReceiptShape.object(kantaraFields).check(root, "", into: &problems)
    for (index, service) in (root["services"]?.items ?? []).enumerated() {
      for (place, purpose) in (service["purposes"]?.items ?? []).enumerated() {
        let path = "services[\(index)].purposes[\(place)].thirdPartyName"
        let name = purpose["thirdPartyName"]
        if purpose["thirdPartyDisclosure"]?.bool == true, name == nil {
          problems.append(
            ReceiptProblem(line: purpose.line, path: path, words: "missing; there is a disclosure to a third party"))
        }
        if purpose["thirdPartyDisclosure"]?.bool == false, let name {
          problems.append(
            ReceiptProblem(line: name.line, path: path, words: "named, and nothing is disclosed to a third party"))
        }
      }
    }
    let controllers = (root["piiControllers"]?.items ?? []).enumerated()
    return problems
      + marking(
        root["simulated"]?.bool, at: root, ids: ["consentReceiptID", "piiPrincipalId"].map { ($0, root[$0]) },
        addresses: controllers.map { ("piiControllers[\($0)].email", $1["email"]) } + [
          ("policyUrl", root["policyUrl"])
        ],
        words: ("marking", root["marking"]), hasVendor: hasVendor(root))
  }
}

extension ReceiptCheck {
  // MARK: DPV

  private static let prefixes = [
    ("dpv", "https://w3id.org/dpv#"), ("eu-gdpr", "https://w3id.org/dpv/legal/eu/gdpr#"),
    ("pd", "https://w3id.org/dpv/pd#"), ("dct", "http://purl.org/dc/terms/"),
  ]

  private static let header: [ReceiptShape.Field] =
    ReceiptShape.fields(["@id", "dct:hasVersion", "dct:identifier", "dpv:hasIdentifier"], .text) + [
      .init("cw:simulated", .bool), .init("dpv:hasDataSubject", .reference(nil)),
    ]

  private static let status: [ReceiptShape.Field] = [
    .init("@type", .some(.text)),
    .init("dpv:isIndicatedAtTime", .object([.init("@type", .exactly("xsd:dateTime")), .init("@value", .time)])),
    .init("dpv:hasDuration", .object([.init("@type", .text)])), .init("dpv:isIndicatedBy", .reference(nil)),
    .init("dpv:hasIndicationMethod", .text),
  ]

  private static let record: [ReceiptShape.Field] =
    header + [
      .init("dct:conformsTo", .reference("https://w3id.org/dpv/schema/dpv-27560#record")),
      .init(
        "dpv:hasNotice",
        .object([
          .init("@type", .exactly("dpv:ConsentNotice")), .init("dct:identifier", .text), .init("dct:language", .text),
        ])),
      .init(
        "dpv:hasProcess",
        .some(
          .object(
            [.init("@type", .exactly("dpv:Process"))]
              + ReceiptShape.fields(
                [
                  "dpv:hasPurpose", "dpv:hasPersonalData", "dpv:hasRecipient", "dpv:hasDataController",
                ], .some(.reference(nil)))
              + [.init("dpv:hasStorageCondition", .some(.object([.init("@type", .exactly("dpv:StorageCondition"))])))]))
      ),
      .init("dpv:hasConsentControl", .some(.object([.init("@type", .text)]))),
      .init("dpv:hasJurisdiction", .some(.object([.init("@type", .text)]))),
      .init("dpv:hasRight", .some(.reference("eu-gdpr:A7-3"))),
      .init("dpv:hasConsentStatus", .some(.object(status))),
    ]

  /// Checks the compact form with a graph that is written here; other forms of JSON-LD say the same and are not known.
  fileprivate static func dpv(_ root: ReceiptNode) -> [ReceiptProblem] {
    var problems: [ReceiptProblem] = []
    ReceiptShape.object([
      .init("@context", .object(prefixes.map { .init($0, .exactly($1)) })),
      .init("@graph", .list(.object([]), atLeast: 1)),
    ]).check(root, "", into: &problems)
    var receipts = 0
    var records: Set<String> = []
    var isSimulated: Bool?
    let nodes = root["@graph"]?.items ?? []
    for (index, node) in nodes.enumerated() {
      let path = "@graph[\(index)]"
      guard let type = node["@type"] else {
        problems.append(ReceiptProblem(line: node.line, path: "\(path).@type", words: "missing"))
        continue
      }
      switch type.text {
      case "dpv:ConsentReceipt":
        receipts += 1
        isSimulated = node["cw:simulated"]?.bool
        ReceiptShape.object(
          header + [
            .init("dct:conformsTo", .reference("https://w3id.org/dpv/schema/dpv-27560#receipt")),
            .init("dpv:hasRecordOfActivity", .some(.reference(nil))),
          ]
        ).check(node, path, into: &problems)
      case "dpv:ConsentRecord":
        if let id = node["@id"]?.text { records.insert(id) }
        ReceiptShape.object(record).check(node, path, into: &problems)
        problems += statuses(of: node, path)
      case "dpv:DataController":
        ReceiptShape.object(ReceiptShape.fields(["@id", "dpv:hasName", "dpv:hasContact", "dpv:hasAddress"], .text))
          .check(node, path, into: &problems)
      default: break
      }
    }
    if receipts != 1 {
      problems.append(
        ReceiptProblem(line: root.line, path: "@graph", words: "expected one dpv:ConsentReceipt, found \(receipts)"))
    }
    problems += references(nodes, records)
    for (index, node) in nodes.enumerated() where node["cw:simulated"] != nil || node["dpv:hasContact"] != nil {
      let path = "@graph[\(index)]"
      let isReceipt = node["@type"]?.text == "dpv:ConsentReceipt"
      problems += marking(
        isSimulated, at: node,
        ids: ["dct:identifier", "dpv:hasIdentifier"].map { ("\(path).\($0)", node[$0]) },
        addresses: [("\(path).dpv:hasContact", node["dpv:hasContact"])],
        words: isReceipt ? ("\(path).dct:description", node["dct:description"]) : ("", root.saying("SIMULATED")),
        hasVendor: !nodes.contains { $0["cw:noticeText"] != nil })
    }
    return problems
  }

  private static func statuses(of record: ReceiptNode, _ path: String) -> [ReceiptProblem] {
    let known = Set(ConsentEvent.Status.allCases.filter { $0 != .dateOfDecision }.map { "dpv:\($0.rawValue)" })
      .union(["dpv:ConsentExpired", "dpv:ConsentRevoked", "dpv:ConsentInvalidated"])
    var problems: [ReceiptProblem] = []
    for (index, status) in (record["dpv:hasConsentStatus"]?.items ?? []).enumerated() {
      guard let type = status["@type"] else { continue }
      let count = type.items.count { $0.text.map(known.contains) ?? false }
      guard count != 1 else { continue }
      problems.append(
        ReceiptProblem(
          line: type.line, path: "\(path).dpv:hasConsentStatus[\(index)].@type",
          words: "expected one status of a consent, found \(count)"))
    }
    return problems
  }

  /// Receipts point to records that are there, and no record is left out.
  private static func references(_ nodes: [ReceiptNode], _ records: Set<String>) -> [ReceiptProblem] {
    var problems: [ReceiptProblem] = []
    for (index, node) in nodes.enumerated() where node["@type"]?.text == "dpv:ConsentReceipt" {
      guard let member = node["dpv:hasRecordOfActivity"] else { continue }
      let named = Set(member.items.compactMap { $0["@id"]?.text })
      let path = "@graph[\(index)].dpv:hasRecordOfActivity"
      for id in named.subtracting(records).sorted() {
        problems.append(
          ReceiptProblem(line: member.line, path: path, words: "no record \(id.quotedAsJSON) is here"))
      }
      for id in records.subtracting(named).sorted() {
        problems.append(
          ReceiptProblem(line: member.line, path: path, words: "lacks the record \(id.quotedAsJSON)"))
      }
    }
    return problems
  }
}

extension ReceiptNode {
  /// A text of its own that says a word, for whoever has no text to look at.
  fileprivate func saying(_ word: String) -> ReceiptNode { ReceiptNode(line: line, value: .text(word)) }
}

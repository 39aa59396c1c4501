import ConsentModel

/// R21: the text reads above grade 9, or the layer has more than 250 words.
enum R21Reading: AuditRule {
  static let about = AuditRuleFacts(
    "R21", "reading", firesWhen: "the text reads above grade 9, or the layer has more than 250 words",
    basis: "GDPR Art. 7(2); 11 CCR 7004(a)(1)", edpb: "", ontology: "complex language",
    silencedBy: "shorter words and sentences")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    let screen = subject.flow.screens[Int(subject.screen)].name
    let language = subject.flow.language.prefix { $0 != "-" }
    let counts: Reading.Counts
    let grade: Double
    switch language {
    case "en":
      counts = Reading.counts(subject.paragraphs, syllables: Reading.englishSyllables)
      grade = counts.words == 0 ? 0 : Reading.fleschKincaid(counts)
    case "de":
      counts = Reading.counts(subject.paragraphs, syllables: Reading.germanSyllables)
      grade = counts.words == 0 ? 0 : Reading.wiener(counts)
    default: return .notAssessed("there is no formula for \(subject.flow.language)")
    }
    var findings: [AuditFinding] = []
    if counts.words > subject.parameters.words {
      findings.append(AuditFinding(screen, "\(counts.words) words", threshold: "at most \(subject.parameters.words)"))
    }
    if counts.words < subject.parameters.assessedWords, findings.isEmpty {
      return .notAssessed("\(counts.words) words are too few for a grade")
    }
    if counts.words >= subject.parameters.assessedWords, grade > subject.parameters.grade {
      findings.append(
        AuditFinding(
          screen, "grade \(AuditSubject.number(grade, digits: 1))",
          threshold: "at most \(AuditSubject.number(subject.parameters.grade, digits: 1))"))
    }
    return .of(findings)
  }
}

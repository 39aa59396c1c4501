/// Words that rules look for, in a language.
public struct Lexicon: Sendable {
  /// Labels that say nothing of what they do.
  var vague: Set<String>
  /// Words that negate.
  var negations: Set<String>
  /// Phrases that make refusing look bad.
  var shaming: [String]
  /// Beginnings of words that promise something good.
  var benefits: [String]
  /// Beginnings of words that say what is done with data.
  var consequences: [String]

  /// The lexicon of a language by its tag, or nil.
  public static func of(_ language: String) -> Lexicon? {
    switch language.prefix(while: { $0 != "-" }) {
    case "en": english
    case "de": german
    default: nil
    }
  }

  private static let english = Lexicon(
    vague: [
      "ok", "okay", "continue", "got it", "next", "done", "close", "cancel", "options", "more options", "proceed",
      "dismiss",
    ],
    negations: [
      "not", "no", "never", "don't", "doesn't", "won't", "can't", "cannot", "without", "opt out", "disable", "refuse",
      "isn't",
    ],
    shaming: [
      "no thanks, i", "no, i don't want", "no, i prefer", "i don't care", "i hate", "i'd rather not save",
      "i don't need",
      "miss out", "missing out", "keep the worse", "i like being", "give up",
    ],
    benefits: [
      "help", "improv", "better", "enhanc", "enjoy", "free", "personal", "best", "exclusive", "support", "protect",
      "safer",
    ],
    consequences: [
      "train", "share", "sharing", "data", "kept", "keep", "stor", "retain", "chats", "collect", "track", "sell",
      "send",
    ])

  private static let german = Lexicon(
    vague: [
      "ok", "okay", "weiter", "verstanden", "fertig", "schließen", "abbrechen", "optionen", "fortfahren", "nächste",
    ],
    negations: [
      "nicht", "nein", "nie", "niemals", "kein", "keine", "keinen", "keiner", "ohne", "ablehnen", "widersprechen",
      "deaktivieren",
    ],
    shaming: [
      "nein danke, ich", "nein, ich will", "nein, ich möchte kein", "mir ist egal", "ich verzichte", "ich brauche kein",
      "verpassen", "das schlechtere",
    ],
    benefits: [
      "hilf", "helf", "besser", "verbesser", "kostenlos", "gratis", "genieß", "persönlich", "exklusiv", "unterstütz",
      "schütz",
      "sicherer",
    ],
    consequences: [
      "train", "teil", "daten", "gespeichert", "speicher", "aufbewahr", "chats", "gesammelt", "sammel", "verkauf",
      "übermittel",
    ])

  /// How many words of a text negate.
  func negationCount(in text: String) -> Int {
    let words = Lexicon.words(text)
    var count = 0
    for (index, word) in words.enumerated() {
      if negations.contains(word) { count += 1 }
      if index + 1 < words.count, negations.contains("\(word) \(words[index + 1])") { count += 1 }
    }
    return count
  }

  /// Whether a text has a word that begins so.
  static func has(_ beginnings: [String], in text: String) -> Bool {
    words(text).contains { word in beginnings.contains { word.hasPrefix($0) } }
  }

  /// The words of a text in small letters, with one kind of apostrophe.
  static func words(_ text: String) -> [String] {
    text.lowercased().replacing("\u{2019}", with: "'").split { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "-") }
      .map(String.init)
  }
}

/// How hard a text is to read.
public enum Reading {
  /// What a text is made of.
  public struct Counts: Hashable, Sendable {
    /// Words.
    public var words = 0
    /// Sentences, at least 1 where there are words.
    public var sentences = 0
    /// Syllables.
    public var syllables = 0
    /// Words of three or more syllables.
    public var longWords = 0
    /// Words of more than six letters.
    public var wideWords = 0
    /// Words of one syllable.
    public var shortWords = 0
  }

  /// Counts a text; a paragraph ends a sentence.
  public static func counts(_ paragraphs: [String], syllables: (String) -> Int) -> Counts {
    var counts = Counts()
    for paragraph in paragraphs {
      let words = Lexicon.words(paragraph).filter { $0.contains(where: \.isLetter) }
      guard !words.isEmpty else { continue }
      var ends = 0
      var last: Character = " "
      for character in paragraph {
        if ".!?".contains(last), character.isWhitespace { ends += 1 }
        last = character
      }
      counts.sentences += ends + 1
      counts.words += words.count
      for word in words {
        let count = syllables(word)
        counts.syllables += count
        if count >= 3 { counts.longWords += 1 }
        if count == 1 { counts.shortWords += 1 }
        if word.count(where: \.isLetter) > 6 { counts.wideWords += 1 }
      }
    }
    return counts
  }

  /// The grade of Flesch and Kincaid: 0.39 words a sentence + 11.8 syllables a word − 15.59 (Kincaid et al. 1975).
  public static func fleschKincaid(_ counts: Counts) -> Double {
    let words = Double(counts.words)
    return 0.39 * words / Double(counts.sentences) + 11.8 * Double(counts.syllables) / words - 15.59
  }

  /// The first formula of Vienna for German non-fiction (Bamberger and Vanecek 1984): a grade from 4 to 15.
  public static func wiener(_ counts: Counts) -> Double {
    let words = Double(counts.words)
    return 0.1935 * 100 * Double(counts.longWords) / words + 0.1672 * words / Double(counts.sentences)
      + 0.1297 * 100 * Double(counts.wideWords) / words - 0.0327 * 100 * Double(counts.shortWords) / words - 0.875
  }

  /// Syllables of an English word, at least 1: groups of vowels, without a silent e at the end.
  public static func englishSyllables(_ word: String) -> Int {
    let letters = Array(word.lowercased().filter(\.isLetter))
    func isVowel(_ index: Int) -> Bool {
      "aeiou".contains(letters[index]) || (letters[index] == "y" && index > 0)
    }
    var count = 0
    var wasVowel = false
    for index in letters.indices {
      let vowel = isVowel(index)
      if vowel && !wasVowel { count += 1 }
      // Two vowels that are spoken apart.
      if vowel, wasVowel, index > 0 {
        let pair = String(letters[index - 1...index])
        let isSoft = index > 1 && "tcsxg".contains(letters[index - 2])
        // As in area, idea, video and diary, but not in people, nation and special.
        let isApart =
          (["ia", "io", "ua"].contains(pair) && !isSoft)
          || (["ea", "eo"].contains(pair) && index == letters.count - 1 && count > 1)
        if isApart || pair == "ii" { count += 1 }
      }
      wasVowel = vowel
    }
    guard letters.count > 2 else { return max(count, 1) }
    let end = String(letters.suffix(2))
    let third = letters[letters.count - 3]
    if letters.last == "e", !isVowel(letters.count - 2) {
      // "le" after a consonant is a syllable; any other e at the end is silent.
      if !(end == "le" && !"aeiou".contains(third)) { count -= 1 }
    } else if end == "es", !"sxzcg".contains(third), !(third == "h"), !"aeiou".contains(third) {
      count -= 1
    } else if end == "ed", third != "t", third != "d", !"aeiou".contains(third) {
      count -= 1
    }
    return max(count, 1)
  }

  /// Syllables of a German word, at least 1: groups of vowels, where only some pairs are one sound.
  public static func germanSyllables(_ word: String) -> Int {
    let letters = Array(word.lowercased().filter(\.isLetter))
    let vowels = Set("aeiouyäöü")
    let sounds: Set<String> = ["ei", "ai", "au", "eu", "äu", "ie", "ee", "oo", "aa", "ey", "ay", "ui"]
    var count = 0
    var index = 0
    while index < letters.count {
      guard vowels.contains(letters[index]) else {
        index += 1
        continue
      }
      count += 1
      let isPair = index + 1 < letters.count && sounds.contains(String(letters[index...index + 1]))
      index += isPair ? 2 : 1
    }
    return max(count, 1)
  }
}

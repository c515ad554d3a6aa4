/// A piece of a text with blanks in it.
public enum QuizBlankPart: Sendable, Hashable {
    case plain(String)
    /// Accepted forms as they were written, the model answer first.
    case blank([String])
}

/// Takes `for {{i}} in {{range(3)|range(0, 3)}}:` apart. A backslash before `{`, `}`, `|` or `\` takes their meaning away.
///
/// - Returns: problems without a place: messages and how to mend them.
func readBlankParts(_ text: String) -> (parts: [QuizBlankPart], problems: [(message: String, help: [String])]) {
    let escape = "for braces that are no blank, write \\{ and \\}"
    var parts: [QuizBlankPart] = []
    var problems: [(message: String, help: [String])] = []
    var plain = ""
    /// The forms of the blank that is open, the last one still growing.
    var forms: [String]?
    func add(_ character: Character) {
        if let last = forms?.indices.last { forms?[last].append(character) } else { plain.append(character) }
    }
    let characters = Array(text)
    var at = 0
    while at < characters.count {
        let character = characters[at]
        let next = at + 1 < characters.count ? characters[at + 1] : nil
        at += 1
        switch (character, next) {
        case ("\\", let next?) where "{}|\\".contains(next):
            add(next)
            at += 1
        case ("{", "{"?) where forms == nil:
            if !plain.isEmpty { parts.append(.plain(plain)) }
            plain = ""
            forms = [""]
            at += 1
        case ("{", "{"?):
            return (parts, [("a blank opens inside another one", ["close the first one with }}", escape])])
        case ("}", "}"?):
            guard let done = forms else { return (parts, [("}} closes a blank that was never opened", ["write {{ before its answer", escape])]) }
            if done.contains(where: { answerForm($0).isEmpty }) {
                problems.append(("a blank has an empty answer", ["write what belongs there: {{answer}}", "for a | that is no separator, write \\|"]))
            }
            parts.append(.blank(done.map { $0.trimmed }))
            forms = nil
            at += 1
        case ("|", _) where forms != nil: forms?.append("")
        default: add(character)
        }
    }
    if forms != nil { problems.append(("{{ opens a blank that is never closed", ["write }} after its answer", escape])) }
    if !plain.isEmpty { parts.append(.plain(plain)) }
    if problems.isEmpty, !parts.contains(where: { if case .blank = $0 { true } else { false } }) {
        problems.append(("this text has no blank", ["put what is left out in braces: for i {{in}} range(3):"]))
    }
    return (parts, problems)
}

extension String {
    fileprivate var trimmed: String {
        let head = drop { $0.isWhitespace }
        return String(head.reversed().drop { $0.isWhitespace }.reversed())
    }
}

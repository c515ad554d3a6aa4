import LecternCore

/// Marks the words of code by class (`hl-k` for a keyword and so on, see `TokenClass`), in a theme's hands to colour.
///
/// Written here and not taken from a library, since 10,000 lessons with a block of code each should cost about a second
/// for all, and a build where nothing changed 40 ms for everything. Measured on Debian 12 with 13-line blocks of Python
/// and Swift: this 5 to 7 µs a block; KSyntaxHighlighting 5.103 52 µs, and 19 ms to start, with Qt and its headers to
/// compile against, and raw strings and interpolations of Swift wrong; source-highlight 3.1.9 180 µs and no
/// TypeScript; highlight 3.41 240 to 320 µs and the same strings wrong; pygments 2.20 430 to 470 µs. In exchange a
/// lexer knows words and not meaning: a type is a capitalized word, a function one before a parenthesis.
public enum Highlighter {
    /// - Returns: HTML, or nil when the language is not known.
    public static func highlight(_ code: [UInt8], language: String) -> [UInt8]? {
        var out: [UInt8] = []
        let isKnown = code.withUnsafeBufferPointer { add($0, language: language, marked: MarkedLines(), to: &out) }
        return isKnown ? out : nil
    }

    /// Appends the code, with what its language is known for, or plain.
    ///
    /// - Returns: false when the language is not known.
    static func add(_ code: Bytes, language name: String, marked: MarkedLines, to html: inout [UInt8]) -> Bool {
        let language = Languages.language(name)
        var writer = CodeWriter(code: code, marked: marked, html: html)
        html = []
        switch language {
        case .code(let syntax):
            var lexer = CodeLexer(syntax, code)
            lexer.run(to: &writer)
        case .session(let prompts, let syntax): addSession(code, prompts, syntax, to: &writer)
        case .markup: MarkupLexer.run(code, to: &writer)
        case .styleSheet: StyleSheetLexer.run(code, 0..<code.count, to: &writer)
        case .json: DataLexer.json(code, to: &writer)
        case .yaml: DataLexer.yaml(code, to: &writer)
        case .settings: DataLexer.settings(code, to: &writer)
        case .diff: DataLexer.diff(code, to: &writer)
        case .plain, nil: break
        }
        html = writer.finish()
        return language != nil || name.isEmpty
    }

    /// The known language that was probably meant.
    static func meant(_ name: String) -> String? {
        nearest(name, among: Languages.names)
    }

    /// What was typed and what a program answered, told apart by the prompt at a line's start.
    private static func addSession(_ code: Bytes, _ prompts: [StaticString], _ syntax: Syntax, to writer: inout CodeWriter) {
        var start = 0
        while start < code.count {
            let end = code[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? code.count
            if let prompt = prompts.first(where: { code[start..<end].starts(with: Bytes(start: $0.utf8Start, count: $0.utf8CodeUnitCount)) }) {
                let typed = start + prompt.utf8CodeUnitCount
                writer.add(start..<typed, .prompt)
                var lexer = CodeLexer(syntax, code, typed..<end)
                lexer.run(to: &writer)
            } else {
                writer.add(start..<end, .plain)
            }
            start = end
        }
    }
}

/// What a lexer needs to know of a language.
struct Syntax: Sendable {
    var words: [Word: TokenClass] = [:]
    /// A name after one of these is a function's, or a type's.
    var functionWords: Set<Word> = []
    var typeWords: Set<Word> = []
    var lineComments: [[UInt8]] = []
    /// A `#` comment only where a word could start ("$#" is none).
    var commentsNeedSpace = false
    var blockComments: [(open: [UInt8], close: [UInt8], nests: Bool)] = []
    /// Longer opening marks first.
    var strings: [StringRule] = []
    /// Letters that may stand before a string's opening mark, as Python's `rb`.
    var stringPrefixes: [UInt8] = []
    /// Swift's `#"…"#`.
    var hasHashStrings = false
    /// Rust's `r#"…"#`, C++'s `R"x(…)x"`.
    var hasRawStrings = false
    var hasLifetimes = false
    /// A `/` where a value may start opens a regular expression.
    var hasRegex = false
    /// What `@name` is.
    var at: TokenClass?
    /// `#name` is a directive: C's at a line's start, Swift's and C#'s anywhere.
    var hash: TokenClass?
    /// `$name` and `${…}` are variables.
    var dollarVariables = false
    /// Rust's `name!` is a macro.
    var macros = false
    var ignoresCase = false
    var heredoc: HeredocRule?
    var capitalizedTypes = true
    /// Letters of names beside A-Z, a-z, 0-9, `_` and every other script.
    var nameLetters: [UInt8] = []
}

struct StringRule: Sendable {
    var open: [UInt8]
    var close: [UInt8]
    var escapes = true
    /// SQL's `''`.
    var doubles = false
    var runsOverLines = false
    /// `${`, `\(`, `{`: what starts code inside.
    var interpolation: [UInt8] = []
    var interpolationClose: UInt8 = 0x7D
    /// Only behind one of these prefixes (Python's `f`, C#'s `$`).
    var interpolationPrefixes: [UInt8] = []
    /// `$name` inside is a variable.
    var dollarVariables = false
    var tokenClass = TokenClass.string

    init(_ open: StaticString, _ close: StaticString? = nil) {
        self.open = bytes(open)
        self.close = bytes(close ?? open)
    }

    func with(_ change: (inout StringRule) -> Void) -> StringRule {
        var copy = self
        change(&copy)
        return copy
    }
}

func bytes(_ text: StaticString) -> [UInt8] {
    [UInt8](Bytes(start: text.utf8Start, count: text.utf8CodeUnitCount))
}

/// A name of up to 16 bytes, as two numbers: quick to compare.
struct Word: Hashable, Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// Nil when it is longer.
    @inline(__always)
    init?(_ bytes: Slice<Bytes>, lowercased: Bool) {
        guard bytes.count <= 16 else { return nil }
        var shift: UInt64 = 0
        for byte in bytes {
            let letter = UInt64(lowercased && (0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
            if shift < 64 { low |= letter << shift } else { high |= letter << (shift - 64) }
            shift += 8
        }
    }

    init?(_ text: Substring) {
        let bytes = Array(text.utf8)
        guard let word = bytes.withUnsafeBufferPointer({ Word($0[...], lowercased: false) }) else { return nil }
        self = word
    }
}

extension Syntax {
    /// - Parameter text: words parted by white space.
    mutating func add(_ tokenClass: TokenClass, _ text: String) {
        for part in text.split(whereSeparator: \.isWhitespace) {
            if let word = Word(part) { words[word] = tokenClass }
        }
    }

    static func wordSet(_ text: String) -> Set<Word> {
        Set(text.split(whereSeparator: \.isWhitespace).compactMap { Word($0) })
    }
}

/// Which tags stand alone on their lines, after the white-space rules of the Mustache specification: the line of such
/// a tag leaves nothing behind, but for the indentation of what it includes.
///
/// Beyond the specification's examples: a block that is alone on its line, opened and closed there, leaves a line end
/// only behind content that does not end with one, so that an unused `{{$head}}{{/head}}` leaves no empty line.
struct LayoutLines {
    /// Text that belongs to the line of a tag that stands alone.
    private(set) var isRemoved: [Bool]
    private let tokens: [LayoutToken]
    private let source: [UInt8]

    /// - Parameters:
    ///   - closing: for each token that opens something, the index of the token that closes it.
    ///   - arguments: the blocks that stand directly inside a parent's tag, where text is ignored.
    init(_ tokens: [LayoutToken], source: [UInt8], closing: [Int: Int], arguments: Set<Int>) {
        self.tokens = tokens
        self.source = source
        isRemoved = Array(repeating: false, count: tokens.count)
        for (at, token) in tokens.enumerated() {
            switch token.kind {
            case .section, .inverted, .partial, .silent:
                remove(left: at, right: at)
            case .close:
                break
            case .parent:
                if let close = closing[at] { remove(left: at, right: close) }
            case .block:
                guard let close = closing[at] else { break }
                if arguments.contains(at) {
                    if isClearRight(at) { removeRight(at) }
                    if isClearLeft(close) { removeLeft(close) }
                } else if close == at + 1 {
                    remove(left: at, right: close)
                } else {
                    remove(left: at, right: at)
                    remove(left: close, right: close)
                }
            case .text, .variable, .unescaped:
                break
            }
        }
        for (open, close) in closing where tokens[open].kind == .section || tokens[open].kind == .inverted {
            remove(left: close, right: close)
        }
    }

    /// Nothing but white space stands before it on its line.
    func isClearLeft(_ at: Int) -> Bool {
        startsLine(at) || (isBlank(at - 1) && startsLine(at - 1))
    }

    /// Nothing but white space stands between it and the end of its line.
    func isClearRight(_ at: Int) -> Bool {
        at + 1 == tokens.count || (isBlank(at + 1) && (endsLine(at + 1) || at + 2 == tokens.count))
    }

    /// Nothing at all stands before it on its line.
    func startsLine(_ at: Int) -> Bool { at == 0 || endsLine(at - 1) }

    /// The white space before a tag that `isClearLeft`.
    func indentation(_ at: Int) -> [UInt8] {
        isClearLeft(at) && !startsLine(at) ? Array(source[tokens[at - 1].range]) : []
    }

    /// `\n` or `\r\n` where the tag is the last on its line.
    func lineEnd(_ at: Int) -> [UInt8] {
        guard at + 1 < tokens.count, isClearRight(at) else { return [] }
        return Array(source[tokens[at + 1].range].drop { $0 == 0x20 || $0 == 0x09 })
    }

    /// White space that the first line with something on it starts with, between two places of the file.
    func indentation(from start: Int, to end: Int) -> [UInt8]? {
        var spaces: [UInt8] = []
        for byte in source[start..<end] {
            if byte == newline {
                spaces = []
            } else if byte == 0x20 || byte == 0x09 {
                spaces.append(byte)
            } else if byte != 0x0D {
                return spaces
            }
        }
        return nil
    }

    private mutating func remove(left: Int, right: Int) {
        guard isClearLeft(left), isClearRight(right) else { return }
        removeLeft(left)
        removeRight(right)
    }

    private mutating func removeLeft(_ at: Int) {
        if !startsLine(at) { isRemoved[at - 1] = true }
    }

    private mutating func removeRight(_ at: Int) {
        if at + 1 < tokens.count { isRemoved[at + 1] = true }
    }

    private func endsLine(_ at: Int) -> Bool { tokens[at].kind == .text && source[tokens[at].range].last == newline }

    private func isBlank(_ at: Int) -> Bool {
        at >= 0 && tokens[at].kind == .text && source[tokens[at].range].allSatisfy(\.isSpace)
    }
}

extension [UInt8] {
    /// Appends text with `&`, `<`, `>`, `"` and `'` as character references: safe between tags and in quoted attributes.
    @inlinable
    public mutating func append(escapingHTML text: String) {
        var text = text
        text.withUTF8 { append(escapingHTML: $0) }
    }

    @inlinable
    mutating func append(escapingHTML text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for at in text.indices {
            let byte = text[at]
            guard byte < 64, special & (1 << UInt64(byte)) != 0 else { continue }
            append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<at]))
            start = at + 1
            switch byte {
            case 0x26: append(contentsOf: "&amp;".utf8)
            case 0x3C: append(contentsOf: "&lt;".utf8)
            case 0x3E: append(contentsOf: "&gt;".utf8)
            case 0x22: append(contentsOf: "&quot;".utf8)
            default: append(contentsOf: "&#39;".utf8)
            }
        }
        append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    }
}

/// A bit for each of `"`, `&`, `'`, `<`, `>`: all are below 64.
@usableFromInline let special: UInt64 = 1 << 0x22 | 1 << 0x26 | 1 << 0x27 | 1 << 0x3C | 1 << 0x3E

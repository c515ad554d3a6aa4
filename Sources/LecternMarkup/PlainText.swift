/// Whether lines may break beside this character, and two lines join without a space between: Han, kana and full-width
/// forms. Korean is not among them, since it sets spaces between words.
func isWide(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x2E80...0xA4CF, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF01...0xFF60, 0x20000...0x3FFFF: true
    default: false
    }
}

/// The scalar that starts at `index` in valid UTF-8, and how many bytes it takes.
func decodeScalar(_ bytes: Bytes, at index: Int) -> (value: UInt32, count: Int) {
    let first = UInt32(bytes[index])
    let count = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    guard count > 1, index + count <= bytes.count else { return (first, 1) }
    var value = first & (0x7F >> UInt32(count))
    for offset in 1..<count { value = value << 6 | UInt32(bytes[index + offset] & 0x3F) }
    return (value, count)
}

/// The last scalar of valid UTF-8; nil when empty.
func lastScalar(_ bytes: Bytes) -> UInt32? {
    guard !bytes.isEmpty else { return nil }
    var start = bytes.count - 1
    while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return decodeScalar(bytes, at: start).value
}

/// Text on one line: each run of white space one space, none at the ends.
func folded(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    for byte in bytes {
        if byte == 0x20 || (0x09...0x0D).contains(byte) {
            if let last = out.last, last != 0x20 { out.append(0x20) }
        } else {
            out.append(byte)
        }
    }
    if out.last == 0x20 { out.removeLast() }
    return out
}

/// Folded text of at most `limit` characters (Unicode scalars), cut between words or beside a Chinese character, with
/// an ellipsis where something was cut.
func shortened(_ text: [UInt8], to limit: Int) -> String {
    if text.count <= limit { return String(decoding: text, as: UTF8.self) }
    return text.withUnsafeBufferPointer { bytes in
        var index = 0
        var count = 0
        var previous: UInt32 = 0x20
        var boundary = 0
        var hardEnd = 0
        while index < bytes.count {
            let (value, length) = decodeScalar(bytes, at: index)
            if count <= limit - 1 {
                hardEnd = index
                let mayBreak = value == 0x20 || isWide(value) || isWide(previous)
                if mayBreak, !isClosingPunctuation(value) { boundary = index }
            }
            count += 1
            if count > limit { break }
            previous = value
            index += length
        }
        if count <= limit { return String(decoding: bytes, as: UTF8.self) }
        let end = boundary > 0 ? boundary : hardEnd
        return String(decoding: Bytes(rebasing: bytes[..<end]), as: UTF8.self) + "…"
    }
}

/// Marks that no line starts with.
private func isClosingPunctuation(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x21, 0x29, 0x2C, 0x2E, 0x3A, 0x3B, 0x3F, 0x5D, 0x2019, 0x201D, 0x2026, 0x3001, 0x3002, 0x3009, 0x300B, 0x300D,
        0x300F, 0x3011, 0xFF01, 0xFF09, 0xFF0C, 0xFF1A, 0xFF1B, 0xFF1F:
        true
    default: false
    }
}

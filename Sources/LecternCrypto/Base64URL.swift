/// base64url without padding (RFC 4648, section 5), as tokens in links and WebAuthn write bytes.
public func base64URL(_ bytes: some Collection<UInt8>) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    let bytes = Array(bytes)
    var out: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
        for place in 0...group.count { out.append(letters[bits >> (18 - 6 * place) & 63]) }
    }
    return String(decoding: out, as: UTF8.self)
}

/// - Returns: nil for anything but base64url without padding, and for spellings that no encoder writes (left-over bits that
///   are not zero), so that one value has one text.
public func bytes(base64URL text: some StringProtocol) -> [UInt8]? {
    var out: [UInt8] = []
    var bits = 0, count = 0
    for letter in text.utf8 {
        let value: Int
        switch letter {
        case 0x41...0x5A: value = Int(letter) - 0x41
        case 0x61...0x7A: value = Int(letter) - 0x61 + 26
        case 0x30...0x39: value = Int(letter) - 0x30 + 52
        case UInt8(ascii: "-"): value = 62
        case UInt8(ascii: "_"): value = 63
        default: return nil
        }
        bits = (bits << 6 | value) & 0xFFFF
        count += 6
        if count >= 8 {
            count -= 8
            out.append(UInt8(truncatingIfNeeded: bits >> count))
        }
    }
    guard count < 6, bits & ((1 << count) - 1) == 0 else { return nil }
    return out
}

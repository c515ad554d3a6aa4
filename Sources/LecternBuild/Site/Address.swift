import LecternCore

/// Where the site lives, and how its paths become addresses.
///
/// A *path* is below the site's root, unescaped, without a slash at its start: "courses/a/变量/". A *URL* is what stands
/// in `href`: "/learn/courses/a/%E5%8F%98%E9%87%8F/". An *address* is absolute, for machines elsewhere.
struct Address: Sendable {
    /// "https://me.example", or "" for a site that does not know where it will live.
    let origin: String
    /// "/" or "/learn/".
    let root: String

    func url(_ path: String) -> String { root + percentEncoded(path) }

    /// Absolute when the site knows its origin, else the same as `url`.
    func absolute(_ path: String) -> String { origin + root + percentEncoded(path) }

    /// A link that the creator wrote in `site.yml`: a path from the site's root, or an address elsewhere.
    func url(written: String) -> String {
        guard written.hasPrefix("/"), !written.hasPrefix("//") else { return written }
        return root + percentEncodedURL(written.dropFirst())
    }
}

/// Escapes what may not stand in a URL's path (RFC 3986, section 3.3), as UTF-8.
func percentEncoded(_ path: String) -> String {
    if path.utf8.allSatisfy({ isPathByte($0) }) { return path }
    return encoded(path.utf8) { isPathByte($0) }
}

/// Escapes what may not stand in a URL that may already be escaped and may have a query and a fragment.
func percentEncodedURL(_ text: Substring) -> String {
    encoded(text.utf8) { isPathByte($0) || $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
}

/// Escapes a value for a URL's query (RFC 3986, section 3.4): all but the unreserved characters, since `&` and `+` mean
/// something there.
func queryEncoded(_ value: String) -> String {
    encoded(value.utf8) { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-._~".utf8.contains(byte)
        }
    }
}

private func encoded(_ bytes: some Sequence<UInt8>, keeping keeps: (UInt8) -> Bool) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    for byte in bytes {
        if keeps(byte) {
            out.append(byte)
        } else {
            out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: out, as: UTF8.self)
}

/// Undoes percent-encoding; nil when it is malformed or not UTF-8.
func percentDecoded(_ text: Substring) -> String? {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
    var out: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            out.append(byte)
            continue
        }
        guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else { return nil }
        out.append(high << 4 | low)
    }
    return String(validating: out, as: UTF8.self)
}

private func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
}

private func isPathByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "!"), UInt8(ascii: "$"),
        UInt8(ascii: "&"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: ","),
        UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "/"):
        true
    default: false
    }
}

/// Resolves "../a/./b" against a folder; nil when it leads out of the site.
func resolvedPath(_ relative: Substring, in folder: some StringProtocol) -> String? {
    var parts = Substring(folder).split(separator: "/" as Character).map(String.init)
    for part in relative.split(separator: "/" as Character, omittingEmptySubsequences: true) {
        switch part {
        case ".": break
        case "..":
            if parts.isEmpty { return nil }
            parts.removeLast()
        default: parts.append(String(part))
        }
    }
    return parts.joined(separator: "/")
}

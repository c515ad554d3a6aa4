import Glibc

/// Bytes of a C string that lives until the next parse.
typealias Bytes = UnsafeBufferPointer<UInt8>

extension [UInt8] {
    @inline(__always)
    mutating func add(_ text: StaticString) {
        append(contentsOf: Bytes(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func add(_ text: String) {
        append(contentsOf: text.utf8)
    }

    mutating func add(_ number: Int) {
        if (0..<10).contains(number) {
            append(UInt8(number) + 0x30)
        } else {
            add(String(number))
        }
    }

    /// Text as HTML text or inside a double-quoted attribute.
    mutating func addEscaped(_ bytes: Bytes) {
        var start = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte > 0x3E || (byte != 0x26 && byte != 0x3C && byte != 0x3E && byte != 0x22) {
                index += 1
                continue
            }
            append(contentsOf: Bytes(rebasing: bytes[start..<index]))
            switch byte {
            case 0x26: add("&amp;")
            case 0x3C: add("&lt;")
            case 0x3E: add("&gt;")
            default: add("&quot;")
            }
            index += 1
            start = index
        }
        append(contentsOf: Bytes(rebasing: bytes[start..<index]))
    }

    mutating func addEscaped(_ text: String) {
        var text = text
        text.withUTF8 { addEscaped($0) }
    }

    /// A URL inside a double-quoted attribute. Percent-encodes what no URL may hold (spaces, quotes, controls); other
    /// scripts stay as they are, which every browser encodes by itself.
    mutating func addURL(_ url: String) {
        var url = url
        url.withUTF8 { bytes in
            var start = 0
            for (index, byte) in bytes.enumerated() {
                switch byte {
                case 0x26, 0...0x20, 0x22, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B...0x7D, 0x7F:
                    append(contentsOf: Bytes(rebasing: bytes[start..<index]))
                    start = index + 1
                    if byte == 0x26 {
                        add("&amp;")
                    } else {
                        append(0x25)
                        append(hexDigit(byte >> 4))
                        append(hexDigit(byte & 15))
                    }
                default: break
                }
            }
            append(contentsOf: Bytes(rebasing: bytes[start...]))
        }
    }
}

private func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }

/// The bytes of a C string, without its end; empty for nil.
@inline(__always)
func bytes(_ string: UnsafePointer<CChar>?) -> Bytes {
    guard let string else { return Bytes(start: nil, count: 0) }
    return Bytes(start: UnsafeRawPointer(string).assumingMemoryBound(to: UInt8.self), count: strlen(string))
}

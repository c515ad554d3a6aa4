/// Why a text is not read as JSON.
public enum JSONRefusal: Error, Hashable {
    /// Not RFC 8259, or not UTF-8. `at` counts bytes from 0.
    case isNoJSON(at: Int)
    /// A name stands twice in one object: readers differ about which one counts, so neither does.
    case namesTwice(String)
    /// Deeper than `JSON.depthLimit`.
    case isTooDeep
}

extension JSON {
    /// Objects and lists within one another: enough for what anybody sends, too little to exhaust a stack.
    public static let depthLimit = 32

    /// Reads one value, and nothing after it but white space. Takes time and memory in proportion to the bytes; how many
    /// there may be is up to the caller.
    public init(_ bytes: some Sequence<UInt8>) throws(JSONRefusal) {
        let copy = ContiguousArray(bytes)
        let result = copy.withUnsafeBufferPointer { buffer in
            Result { () throws(JSONRefusal) in
                var reader = JSONReader(bytes: buffer)
                return try reader.document()
            }
        }
        self = try result.get()
    }
}

private struct JSONReader {
    let bytes: UnsafeBufferPointer<UInt8>
    var at = 0
    var depth = 0

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func document() throws(JSONRefusal) -> JSON {
        skipSpace()
        let value = try value()
        skipSpace()
        guard at == bytes.count else { throw .isNoJSON(at: at) }
        return value
    }

    private mutating func value() throws(JSONRefusal) -> JSON {
        guard let first = next else { throw .isNoJSON(at: at) }
        switch first {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try list()
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object() throws(JSONRefusal) -> JSON {
        try enter()
        var members: [JSON.Member] = []
        // A few names are compared one by one; for many that would take time in their square.
        var names: Set<String> = []
        skipSpace()
        if next != UInt8(ascii: "}") {
            while true {
                guard next == UInt8(ascii: "\"") else { throw .isNoJSON(at: at) }
                let name = try text()
                let isKnown: Bool
                if members.count < 8 {
                    isKnown = members.contains { $0.name == name }
                } else {
                    if names.isEmpty { names = Set(members.map(\.name)) }
                    isKnown = !names.insert(name).inserted
                }
                if isKnown { throw .namesTwice(name) }
                skipSpace()
                try expect(UInt8(ascii: ":"))
                skipSpace()
                members.append(JSON.Member(name, try value()))
                skipSpace()
                if next == UInt8(ascii: "}") { break }
                try expect(UInt8(ascii: ","))
                skipSpace()
            }
        }
        at += 1
        depth -= 1
        return .object(members)
    }

    private mutating func list() throws(JSONRefusal) -> JSON {
        try enter()
        var items: [JSON] = []
        skipSpace()
        if next != UInt8(ascii: "]") {
            while true {
                items.append(try value())
                skipSpace()
                if next == UInt8(ascii: "]") { break }
                try expect(UInt8(ascii: ","))
                skipSpace()
            }
        }
        at += 1
        depth -= 1
        return .list(items)
    }

    private mutating func enter() throws(JSONRefusal) {
        depth += 1
        guard depth <= JSON.depthLimit else { throw .isTooDeep }
        at += 1
    }

    private mutating func text() throws(JSONRefusal) -> String {
        let start = at
        at += 1
        let plain = at
        while let byte = next, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { at += 1 }
        if next == UInt8(ascii: "\"") {
            defer { at += 1 }
            return try string(UnsafeBufferPointer(rebasing: bytes[plain..<at]), at: start)
        }
        var out = ContiguousArray(bytes[plain..<at])
        while let byte = next {
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return try out.withUnsafeBufferPointer { buffer throws(JSONRefusal) in try string(buffer, at: start) }
            case UInt8(ascii: "\\"): try escape(&out)
            case ..<0x20: throw .isNoJSON(at: at - 1)
            default: out.append(byte)
            }
        }
        throw .isNoJSON(at: at)
    }

    private func string(_ buffer: UnsafeBufferPointer<UInt8>, at place: Int) throws(JSONRefusal) -> String {
        guard let string = String(validating: buffer, as: UTF8.self) else { throw .isNoJSON(at: place) }
        return string
    }

    private mutating func escape(_ out: inout ContiguousArray<UInt8>) throws(JSONRefusal) {
        guard let letter = next else { throw .isNoJSON(at: at) }
        at += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(letter)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"):
            var code = try fourDigits()
            if (0xD800..<0xDC00).contains(code) {
                try expect(UInt8(ascii: "\\"))
                try expect(UInt8(ascii: "u"))
                let low = try fourDigits()
                guard (0xDC00..<0xE000).contains(low) else { throw .isNoJSON(at: at) }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            // Half of a pair alone is no character; readers differ about what it means.
            guard let scalar = Unicode.Scalar(code) else { throw .isNoJSON(at: at) }
            out += UTF8.encode(scalar)!
        default: throw .isNoJSON(at: at - 1)
        }
    }

    private mutating func fourDigits() throws(JSONRefusal) -> UInt32 {
        guard at + 4 <= bytes.count else { throw .isNoJSON(at: at) }
        var code: UInt32 = 0
        for byte in bytes[at..<at + 4] {
            switch byte {
            case 0x30...0x39: code = code << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: code = code << 4 | UInt32(byte - 0x37)
            case 0x61...0x66: code = code << 4 | UInt32(byte - 0x57)
            default: throw .isNoJSON(at: at)
            }
        }
        at += 4
        return code
    }

    private mutating func number() throws(JSONRefusal) -> JSON {
        let start = at
        if next == UInt8(ascii: "-") { at += 1 }
        if next == UInt8(ascii: "0") { at += 1 } else { try digits() }
        var isWhole = true
        if next == UInt8(ascii: ".") {
            isWhole = false
            at += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isWhole = false
            at += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if isWhole, let number = Int64(text) { return .whole(number) }
        // 1e999 is JSON, and no number that anybody counts with.
        guard at - start <= 400, let number = Double(text), number.isFinite else { throw .isNoJSON(at: start) }
        return .real(number)
    }

    private mutating func digits() throws(JSONRefusal) {
        let start = at
        while let byte = next, (0x30...0x39).contains(byte) { at += 1 }
        guard at > start else { throw .isNoJSON(at: at) }
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONRefusal) -> JSON {
        let letters = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes[at...].starts(with: letters) else { throw .isNoJSON(at: at) }
        at += letters.count
        return value
    }

    private mutating func expect(_ byte: UInt8) throws(JSONRefusal) {
        guard next == byte else { throw .isNoJSON(at: at) }
        at += 1
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
    }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }
}

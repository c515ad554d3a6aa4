import LecternCore

/// The fields of a JSON object that somebody sent, taken one by one; what nobody took is refused in the end, so that a
/// field that is misspelt, or that this version does not know, is never passed over in silence.
struct Form {
    private let members: [JSON.Member]
    private var taken: Set<String> = []

    init(_ bytes: some Sequence<UInt8>) throws(Refused) {
        let value: JSON
        do { value = try JSON(bytes) } catch { throw .badJSON }
        guard let members = value.members else { throw .badJSON }
        self.members = members
    }

    /// The object must be empty.
    static func requireNothing(_ bytes: some Sequence<UInt8>) throws(Refused) {
        try Form(bytes).end()
    }

    func has(_ name: String) -> Bool { members.contains { $0.name == name } }

    /// A field that may be missing; `null` is not missing.
    mutating func value(_ name: String) -> JSON? {
        taken.insert(name)
        return members.first { $0.name == name }?.value
    }

    /// - Parameter limit: how many characters (Unicode scalars) at most.
    mutating func optionalText(_ name: String, limit: Int, least: Int = 0) throws(Refused) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.text, isPlain(text), (least...limit).contains(text.unicodeScalars.count) else { throw .invalidField(name) }
        return text
    }

    mutating func text(_ name: String, limit: Int, least: Int = 1) throws(Refused) -> String {
        guard let text = try optionalText(name, limit: limit, least: least) else { throw .invalidField(name) }
        return text
    }

    /// Letters, digits, `-` and `_` alone: ids that pages make, tokens.
    mutating func word(_ name: String, _ length: ClosedRange<Int>) throws(Refused) -> String {
        guard let word = try optionalWord(name, length) else { throw .invalidField(name) }
        return word
    }

    mutating func optionalWord(_ name: String, _ length: ClosedRange<Int>) throws(Refused) -> String? {
        guard let text = try optionalText(name, limit: length.upperBound, least: length.lowerBound) else { return nil }
        guard text.utf8.allSatisfy(isWordByte) else { throw .invalidField(name) }
        return text
    }

    mutating func email(_ name: String = "email") throws(Refused) -> EmailAddress {
        guard let address = EmailAddress(try text(name, limit: 254)) else { throw .invalidField(name) }
        return address
    }

    mutating func money(_ name: String) throws(Refused) -> Money {
        guard let members = value(name)?.members, members.count == 2, let code = members.first(where: { $0.name == "currency" })?.value.text,
            let currency = Currency(code), let minorUnits = members.first(where: { $0.name == "minorUnits" })?.value.whole
        else { throw .invalidField(name) }
        return Money(minorUnits: minorUnits, currency: currency)
    }

    func end() throws(Refused) {
        if let other = members.first(where: { !taken.contains($0.name) }) { throw .invalidField(other.name) }
    }
}

func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
    default: false
    }
}

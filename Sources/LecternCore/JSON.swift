/// A JSON value (RFC 8259) as the companion sends and receives it. Members keep their order.
public indirect enum JSON: Sendable, Equatable {
    case null
    case flag(Bool)
    /// A number without fraction and exponent that fits.
    case whole(Int64)
    case real(Double)
    case text(String)
    case list([JSON])
    case object([Member])

    public struct Member: Sendable, Equatable {
        public var name: String
        public var value: JSON

        public init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }
}

extension JSON {
    /// The members of an object; nil for anything else.
    public var members: [Member]? { if case .object(let members) = self { members } else { nil } }
    public var items: [JSON]? { if case .list(let items) = self { items } else { nil } }
    public var text: String? { if case .text(let text) = self { text } else { nil } }
    public var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
    public var whole: Int64? { if case .whole(let number) = self { number } else { nil } }

    /// Of either kind of number.
    public var number: Double? {
        switch self {
        case .whole(let number): Double(number)
        case .real(let number): number
        default: nil
        }
    }

    /// A member of an object; nil when it is not there, or this is no object.
    public subscript(name: String) -> JSON? { members?.first { $0.name == name }?.value }
}

extension JSON: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral
{
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements.map { Member($0, $1) }) }
    public init(arrayLiteral elements: JSON...) { self = .list(elements) }
    public init(stringLiteral value: String) { self = .text(value) }
    public init(booleanLiteral value: Bool) { self = .flag(value) }
    public init(integerLiteral value: Int64) { self = .whole(value) }
}

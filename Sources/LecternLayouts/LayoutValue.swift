/// What a layout can show.
///
/// A section `{{#name}}` shows nothing for `.missing`, `.flag(false)`, an empty list, and for an empty text or HTML:
/// a course whose description is "" has no description. (The Mustache specification leaves empty texts open.)
public enum LayoutValue: Sendable {
    case missing
    case flag(Bool)
    /// Escaped when it is written.
    case text(String)
    /// Written as it is, UTF-8.
    case html([UInt8])
    case list([LayoutValue])
    case fields(LayoutFields)
    /// A flag that is true for one key only, see `SplicedBytes`: the lesson that an outline marks as current.
    /// False where a layout is rendered without splices.
    case splice(Int)
    /// A flag that is true for each of these keys: the lessons of a chapter that an outline shows open.
    case splices(Range<Int>)
    /// A list whose items come one at a time from a `LayoutStream`; nothing where a layout is rendered without one.
    case stream

    /// Text, or nothing.
    @inlinable
    public init(_ text: String?) { self = text.map(LayoutValue.text) ?? .missing }

    /// HTML, or nothing.
    @inlinable
    public init(html: [UInt8]?) { self = html.map(LayoutValue.html) ?? .missing }

    /// Fields, or nothing.
    @inlinable
    public init(_ fields: LayoutFields?) { self = fields.map(LayoutValue.fields) ?? .missing }

    /// A list of fields, the usual one.
    @inlinable
    public init(_ list: [LayoutFields]) { self = .list(list.map(LayoutValue.fields)) }
}

/// Data as it is written down: `["title": "About", "current": true, "tags": []]`.
extension LayoutValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    @inlinable
    public init(stringLiteral text: String) { self = .text(text) }

    @inlinable
    public init(booleanLiteral flag: Bool) { self = .flag(flag) }

    @inlinable
    public init(arrayLiteral items: LayoutValue...) { self = .list(items) }

    @inlinable
    public init(dictionaryLiteral elements: (LayoutName, LayoutValue)...) {
        var fields = LayoutFields()
        for (name, value) in elements { fields.entries.append(.init(name: name, value: value)) }
        self = .fields(fields)
    }
}

/// A name in a layout, `title` of `{{course.title}}`, in a form that compares as words instead of as text.
///
/// A page asks for some hundred names, each looked for among a dozen others; comparing two integers keeps that far
/// below the cost of copying the page.
public struct LayoutName: Hashable, Sendable {
    /// The first 16 bytes of the name's UTF-8, filled with zeros.
    @usableFromInline let low: UInt64
    @usableFromInline let high: UInt64
    /// What is longer than that: empty for nearly every name.
    @usableFromInline let rest: String

    @inlinable
    public init(_ name: String) {
        var name = name
        self = name.withUTF8 { LayoutName(utf8: $0) }
    }

    @inlinable
    init(utf8: UnsafeBufferPointer<UInt8>) {
        var words: (UInt64, UInt64) = (0, 0)
        let head = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(utf8).prefix(16))
        withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: head) }
        low = words.0
        high = words.1
        rest = utf8.count > 16 ? String(decoding: utf8[16...], as: UTF8.self) : ""
    }

    @inlinable
    public static func == (a: LayoutName, b: LayoutName) -> Bool {
        a.low == b.low && a.high == b.high && a.rest == b.rest
    }
}

extension LayoutName: ExpressibleByStringLiteral {
    @inlinable
    public init(stringLiteral name: StaticString) {
        self = name.withUTF8Buffer { LayoutName(utf8: $0) }
    }
}

extension LayoutName: CustomStringConvertible {
    public var description: String {
        withUnsafeBytes(of: (low, high)) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) } + rest
    }
}

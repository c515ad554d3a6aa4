/// A name in a layout, `title` of `{{course.title}}`, in a form that compares as words instead of as text.
///
/// A page asks for some hundred names, each looked for among a dozen others; comparing integers keeps that far below
/// the cost of copying the page.
public struct LayoutName: Hashable, Sendable {
    /// The first 16 bytes of the name's UTF-8, filled with zeros.
    @usableFromInline let low: UInt64
    @usableFromInline let high: UInt64
    /// The bytes from the 17th on: themselves, up to 8, else their FNV-1a digest. Two names could be taken for each
    /// other only if both had more than 24 bytes, the first 16 of them equal, and digests that meet by a chance of 2⁻⁶⁴.
    @usableFromInline let tail: UInt64

    @inlinable
    public init(_ name: String) {
        var name = name
        self = name.withUTF8 { LayoutName(utf8: $0) }
    }

    @inlinable
    init(utf8: UnsafeBufferPointer<UInt8>) {
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        let head = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(utf8).prefix(24))
        withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: head) }
        if utf8.count > 24 {
            words.2 = utf8[16...].reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0100_0000_01B3 }
        }
        (low, high, tail) = words
    }
}

extension LayoutName: ExpressibleByStringLiteral {
    @inlinable
    public init(stringLiteral name: StaticString) {
        self = name.withUTF8Buffer { LayoutName(utf8: $0) }
    }
}

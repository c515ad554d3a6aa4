/// Which names a layout receives, and of what kind: what layouts are checked against when they are loaded.
///
/// A value that may be absent has the shape that it has when it is there.
public indirect enum LayoutShape: Sendable {
    case text
    case html
    case flag
    case list(LayoutShape)
    case fields([String: LayoutShape])
    /// Not checked: anything may be asked of it, and it is looked up while rendering.
    case any
}

extension LayoutShape: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, LayoutShape)...) {
        self = .fields(Dictionary(elements) { _, last in last })
    }
}

/// The values that a layout finds by name: a handful, in the order in which they were set.
///
/// A name that is set to `.missing` is there, and hides an outer one of the same name; a name that was never set is
/// looked for further out, where the shape of the layout allows it.
public struct LayoutFields: Sendable {
    @usableFromInline
    struct Entry: Sendable {
        @usableFromInline let name: LayoutName
        @usableFromInline var value: LayoutValue

        @inlinable
        init(name: LayoutName, value: LayoutValue) {
            self.name = name
            self.value = value
        }
    }

    @usableFromInline var entries: [Entry] = []

    public init() {}

    /// - Returns: `.missing` for a name that was never set.
    @inlinable
    public subscript(name: LayoutName) -> LayoutValue {
        get { value(name) ?? .missing }
        set {
            if let at = entries.firstIndex(where: { $0.name == name }) {
                entries[at].value = newValue
            } else {
                entries.append(Entry(name: name, value: newValue))
            }
        }
    }

    @inlinable
    func value(_ name: LayoutName) -> LayoutValue? {
        entries.withUnsafeBufferPointer { entries in
            for at in entries.indices where entries[at].name == name { return entries[at].value }
            return nil
        }
    }
}

extension LayoutFields: ExpressibleByDictionaryLiteral {
    @inlinable
    public init(dictionaryLiteral elements: (LayoutName, LayoutValue)...) {
        entries.reserveCapacity(elements.count)
        for (name, value) in elements { entries.append(Entry(name: name, value: value)) }
    }
}

/// Texts by number, in the order in which they came. Past its limit every new text is the last one, `others`: what pages send
/// is bounded, but strangers may send any number of different texts.
struct NameTable: Sendable {
    static let others = "(others)"

    private(set) var names: [String] = []
    private var table = KeyTable()
    let limit: Int

    init(limit: Int, names: [String] = [], keys: ContiguousArray<UInt64> = []) {
        self.limit = limit
        self.names = names
        table = KeyTable(keys: keys)
    }

    var keys: ContiguousArray<UInt64> { table.keys }

    func find(_ key: UInt64) -> Int? { table[key] }

    /// - Parameter text: asked for when the key is new.
    mutating func place(_ key: UInt64, _ text: () -> String) -> UInt32 {
        if let known = table[key] { return UInt32(known) }
        if names.count >= limit { return otherPlace() }
        names.append(text())
        return UInt32(table.place(key).place)
    }

    mutating func place(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt32 {
        place(number(of: bytes, seed: seed)) { String(decoding: bytes, as: UTF8.self) }
    }

    mutating func place(_ text: String) -> UInt32 { place(number(of: text)) { text } }

    private mutating func otherPlace() -> UInt32 {
        let key = number(of: Self.others, seed: 1)
        if let known = table[key] { return UInt32(known) }
        names.append(Self.others)
        return UInt32(table.place(key).place)
    }
}

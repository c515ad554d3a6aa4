/// The items of a list that is too long to stand in memory: `.stream` stands for them among a page's fields.
public struct LayoutStream {
    /// Calls its argument with each item, in order; a layout that shows the list twice asks twice.
    let items: ((LayoutValue) -> Void) -> Void
    /// Called with what is written so far after each item: it may take it away, all of it or nothing.
    let drain: (inout [UInt8]) -> Void

    public init(items: @escaping ((LayoutValue) -> Void) -> Void, drain: @escaping (inout [UInt8]) -> Void) {
        self.items = items
        self.drain = drain
    }
}

extension LayoutSet {
    /// Appends a page whose fields may hold `.stream`. What `drain` did not take away is in `out` at the end.
    /// - Precondition: `contains(page)`.
    public func render(_ page: String, _ fields: LayoutFields, into out: inout [UInt8], stream: LayoutStream) {
        var renderer = LayoutRenderer(program: program(page), root: .fields(fields), splices: nil, stream: stream)
        renderer.renderAll(into: &out)
    }
}

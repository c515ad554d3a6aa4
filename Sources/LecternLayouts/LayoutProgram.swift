/// A page's layout with everything that it includes, ready to render: bytes to copy and slots to fill.
///
/// Partials and parents are unfolded, blocks replaced, indentation applied and neighbouring bytes joined when it is
/// compiled, so that rendering follows one list from its start to its end.
struct LayoutProgram: Sendable {
    enum Step: Sendable {
        /// A part of `bytes`.
        case bytes(Range<Int>)
        /// A slot of `slots`; text is escaped when `escaped`.
        case value(Int, escaped: Bool)
        /// Its content is the steps up to, not including, `end`.
        case section(Int, end: Int)
        case inverted(Int, end: Int)
    }

    /// Where a value comes from: a scope, and names to follow from there.
    struct Slot: Sendable {
        /// Counted from the outermost, which is 0.
        var scope: Int
        /// Look further out, too, when the scope does not have the first name: its shape is not known.
        var searches: Bool
        /// A part of `names`; empty for the scope itself.
        var names: Range<Int>
    }

    var steps: [Step] = []
    var bytes: [UInt8] = []
    var slots: [Slot] = []
    var names: [LayoutName] = []

    /// - Parameter splices: nil where none are wanted: `.splice` is false then.
    func render(_ root: LayoutValue, into out: inout [UInt8], splices: inout [LayoutSplice]?) {
        var renderer = LayoutRenderer(program: self, root: root, splices: splices)
        splices = nil
        renderer.renderAll(into: &out)
        splices = renderer.splices
    }
}

/// The programs that maths and diagrams need, none of which is started by a site that has neither.
public struct MarkupPrograms: Sendable {
    /// Looked up in PATH (Debian's package `nodejs`).
    public var node = "node"
    /// KaTeX as one CommonJS file (Debian's package `libjs-katex`).
    public var katex = "/usr/share/javascript/katex/katex.min.js"
    /// Graphviz, looked up in PATH (Debian's package `graphviz`).
    public var dot = "dot"

    public init() {}
}

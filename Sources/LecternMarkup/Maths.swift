import CCmark

extension PageWriter {
    mutating func inlineMaths(_ node: Node) {
        let tex = bytes(cmark_node_get_literal(node))
        uncountedLines += tex.count { $0 == 0x0A }
        formula(withoutDollars(tex), display: isDisplay(node))
        page.text.append(contentsOf: withoutDollars(tex))
    }

    mutating func displayMaths(_ node: Node) {
        formula(withoutDollars(bytes(cmark_node_get_literal(node))), display: true)
        page.html.append(0x0A)
    }

    mutating func mathsBlock(_ node: Node) {
        var tex = bytes(cmark_node_get_literal(node))
        while let last = tex.last, last <= 0x20 { tex = Bytes(rebasing: tex.dropLast()) }
        formula(Bytes(rebasing: tex.dropLast(2)), display: true)
        page.html.append(0x0A)
    }

    mutating func formula(_ tex: Bytes, display: Bool) {
        page.html.add(display ? "<code class=\"maths maths-block\">" : "<code class=\"maths\">")
        page.html.addEscaped(tex)
        page.html.add("</code>")
    }

    func isDisplay(_ node: Node) -> Bool {
        let tex = bytes(cmark_node_get_literal(node))
        return tex.count > 4 && tex[1] == 0x24
    }
}

/// "$x$" and "$$x$$" as "x".
func withoutDollars(_ tex: Bytes) -> Bytes {
    let count = tex.count > 4 && tex[1] == 0x24 ? 2 : 1
    return Bytes(rebasing: tex[count..<(tex.count - count)])
}

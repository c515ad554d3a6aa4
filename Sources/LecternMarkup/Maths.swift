import CCmark
import LecternCore

extension PageWriter {
    mutating func inlineMaths(_ node: Node) {
        let source = bytes(cmark_node_get_literal(node))
        let tex = withoutDollars(source)
        if isDisplay(node) {
            displayFormula(tex, element: "span")
        } else {
            heldBytes = closingPunctuation(cmark_node_next(node))
            if heldBytes > 0 { page.html.add("<span class=\"held\">") }
            formula(tex, display: false)
        }
        page.text.append(contentsOf: tex)
        uncountedLines += source.count { $0 == 0x0A }
    }

    /// How many bytes of punctuation a text begins with that may not begin a line. Browsers break lines on either side of
    /// a formula, whatever stands there, so that a comma would move to the next line alone.
    private func closingPunctuation(_ node: Node?) -> Int {
        guard let node, lectern_node_kind(node) == .text else { return 0 }
        let text = bytes(cmark_node_get_literal(node))
        var count = 0
        while count < text.count {
            let scalar = decodeScalar(text, at: count)
            guard scalar.value > 0, let character = Unicode.Scalar(scalar.value), Self.closing.contains(character) else { break }
            count += scalar.count
        }
        return count
    }

    private static let closing = Set<Unicode.Scalar>(".,;:!?)]}%’”…，。、；：！？）】」』》〉％".unicodeScalars)

    /// A formula that is all of its paragraph, or a `math` fence.
    mutating func displayMaths(_ tex: Bytes) {
        displayFormula(tex, element: "div")
        page.html.append(0x0A)
    }

    mutating func mathsBlock(_ node: Node) {
        var tex = bytes(cmark_node_get_literal(node))
        if lectern_maths_block_is_closed(node) {
            while let last = tex.last, last <= 0x20 { tex = Bytes(rebasing: tex.dropLast()) }
            tex = Bytes(rebasing: tex.dropLast(2))
        }
        displayMaths(tex)
    }

    /// A wide formula scrolls in its own box, which the keyboard can reach.
    private mutating func displayFormula(_ tex: Bytes, element: StaticString) {
        page.html.append(0x3C)
        page.html.add(element)
        page.html.add(" class=\"maths\" tabindex=\"0\" role=\"group\" aria-label=\"")
        page.html.addEscaped(options.words.formula)
        page.html.add("\">")
        formula(tex, display: true)
        page.html.add("</")
        page.html.add(element)
        page.html.append(0x3E)
    }

    private mutating func formula(_ tex: Bytes, display: Bool) {
        switch tools.maths.typeset(written(tex), display: display) {
        case .html(let html):
            page.html.append(contentsOf: html)
            return
        case .mistake(let words, let position):
            let before = String(decoding: tex, as: UTF8.self).utf16.prefix(position ?? 0)
            fail(
                "formula: \(words)", line: line + before.count { $0 == 0x0A },
                help: ["formulas are written in the TeX that KaTeX reads; a dollar sign in prose is written \\$"])
        case .unavailable(let reason):
            if !toldOfMissingMaths {
                toldOfMissingMaths = true
                fail("formulas cannot be typeset: \(reason)", help: ["apt-get install nodejs libjs-katex"])
            }
        }
        page.html.add("<code class=\"maths\">")
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

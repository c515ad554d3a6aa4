import CCmark

struct FootnoteState {
    /// How often each note was referred to, by number from 1.
    var references: [Int: Int] = [:]
    var number = 0
    var backLinksAreWritten = false
}

/// Ids are Hugo's, `fn:1` and `fnref:1`: links from outside survive a move, and no heading's id can hold a colon.
extension PageWriter {
    mutating func footnoteReference(_ node: Node) {
        let digits = String(cString: cmark_node_get_literal(node))
        guard let number = Int(digits) else { return }
        let occurrence = footnotes.references[number, default: 0] + 1
        footnotes.references[number] = occurrence
        page.html.add("<sup class=\"footnote-ref\"><a href=\"#")
        page.html.addURL(noteID(number))
        page.html.add("\" id=\"")
        page.html.addEscaped(anchors.addFixed(referenceID(number, occurrence)))
        page.html.add("\" role=\"doc-noteref\" aria-label=\"")
        page.html.addEscaped(options.words.footnote.filled(number))
        page.html.add("\">")
        page.html.add(number)
        page.html.add("</a></sup>")
    }

    mutating func openFootnote() {
        if footnotes.number == 0 {
            page.html.add("<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"")
            page.html.addEscaped(options.words.footnotes)
            page.html.add("\">\n<ol>\n")
        }
        footnotes.number += 1
        footnotes.backLinksAreWritten = false
        page.html.add("<li id=\"")
        page.html.addEscaped(anchors.addFixed(noteID(footnotes.number)))
        page.html.add("\">")
    }

    mutating func addBackLinks(atEndOf paragraph: Node) {
        guard cmark_node_get_type(cmark_node_parent(paragraph)) == CMARK_NODE_FOOTNOTE_DEFINITION,
            cmark_node_next(paragraph) == nil
        else { return }
        addBackLinks()
    }

    mutating func closeFootnote(_ node: Node) {
        if !footnotes.backLinksAreWritten {
            page.html.add("<p>")
            addBackLinks()
            page.html.add("</p>")
        }
        page.html.add("</li>\n")
    }

    mutating func closeFootnotes() {
        if footnotes.number > 0 { page.html.add("</ol>\n</section>\n") }
    }

    private mutating func addBackLinks() {
        footnotes.backLinksAreWritten = true
        let number = footnotes.number
        let count = footnotes.references[number] ?? 0
        for occurrence in stride(from: 1, through: count, by: 1) {
            page.html.add(" <a href=\"#")
            page.html.addURL(referenceID(number, occurrence))
            page.html.add("\" class=\"footnote-back\" role=\"doc-backlink\" aria-label=\"")
            page.html.addEscaped(options.words.backToFootnote.filled(number))
            if occurrence > 1 {
                page.html.add(" (")
                page.html.add(occurrence)
                page.html.add(")")
            }
            page.html.add("\">↩</a>")
        }
    }

    private func noteID(_ number: Int) -> String { "\(options.idPrefix)fn:\(number)" }

    private func referenceID(_ number: Int, _ occurrence: Int) -> String {
        "\(options.idPrefix)fnref:\(number)" + (occurrence > 1 ? ":\(occurrence)" : "")
    }
}

extension String {
    /// The text with `{number}` filled in.
    fileprivate func filled(_ number: Int) -> String {
        guard let open = firstIndex(of: "{"), let close = self[open...].firstIndex(of: "}") else { return self }
        return self[..<open] + String(number) + self[index(after: close)...]
    }
}

import CCmark
import LecternCore

extension PageWriter {
    mutating func text(_ text: Bytes) {
        if heldBytes > 0 {
            page.html.addEscaped(Bytes(rebasing: text[..<heldBytes]))
            page.html.add("</span>")
            page.html.addEscaped(Bytes(rebasing: text[heldBytes...]))
            heldBytes = 0
        } else {
            page.html.addEscaped(text)
        }
        page.text.append(contentsOf: text)
    }

    /// A line's end in the source is a space on the page, but nothing between two Chinese characters.
    mutating func softBreak(before next: Node?) {
        if endsInWideCharacter, startsWithWideCharacter(next) {
            return
        }
        page.html.append(0x0A)
        page.text.append(0x20)
    }

    private var endsInWideCharacter: Bool {
        page.text.withUnsafeBufferPointer { lastScalar($0).map(isWide) ?? false }
    }

    private func startsWithWideCharacter(_ node: Node?) -> Bool {
        var node = node
        while let current = node {
            switch lectern_node_kind(current) {
            case .text:
                let text = bytes(cmark_node_get_literal(current))
                return !text.isEmpty && isWide(decodeScalar(text, at: 0).value)
            case .emphasis, .strong, .strikethrough, .link: node = cmark_node_first_child(current)
            default: return false
            }
        }
        return false
    }

    mutating func code(_ node: Node) {
        let code = bytes(cmark_node_get_literal(node))
        page.html.add("<code>")
        text(code)
        page.html.add("</code>")
    }

    mutating func openLink(_ node: Node) {
        let destination = written(cmark_node_get_url(node))
        warnOfScriptURL(destination)
        page.html.add("<a href=\"")
        page.html.addURL(hooks.link(destination, line))
        addTitle(node)
        page.html.add("\">")
    }

    mutating func image(_ node: Node) {
        let alt = plainText(node)
        let title = bytes(cmark_node_get_title(node))
        let image = MarkdownImage(
            source: written(cmark_node_get_url(node)),
            alt: String(decoding: folded(alt), as: UTF8.self),
            title: title.isEmpty ? nil : written(cmark_node_get_title(node)),
            line: line)
        page.text.append(contentsOf: alt)
        if let html = hooks.image(image) {
            page.html.append(contentsOf: html)
            return
        }
        page.html.add("<img src=\"")
        page.html.addURL(image.source)
        page.html.add("\" alt=\"")
        page.html.addEscaped(image.alt)
        addTitle(node)
        page.html.add("\">")
    }

    private mutating func addTitle(_ node: Node) {
        let title = bytes(cmark_node_get_title(node))
        guard !title.isEmpty else { return }
        page.html.add("\" title=\"")
        page.html.addEscaped(title)
    }

    /// Another generator's shortcode stays as text, so that nothing of the author's is lost.
    mutating func shortcode(_ node: Node) {
        let code = bytes(cmark_node_get_literal(node))
        text(code)
        uncountedLines += code.count { $0 == 0x0A }
        let inside = code.dropFirst(3).drop { $0 == 0x20 || $0 == 0x2F }
        let name = inside.prefix { $0 != 0x20 && $0 != 0x3E && $0 != 0x25 && $0 != 0x0A }
        warn(
            "shortcode \"\(String(decoding: name, as: UTF8.self))\" of another generator is shown as text",
            help: ["write it in Markdown or HTML instead"])
    }
}

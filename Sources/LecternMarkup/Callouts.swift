import CCmark

extension PageWriter {
    /// `> [!NOTE]`, with the author's own title after the mark or the page language's word.
    ///
    /// An `aside` would be a landmark for screen readers; the role keeps it a note inside the text.
    mutating func openQuote(_ node: Node) {
        calloutTitle = nil
        guard let kind = takeCalloutMark(node) else {
            page.html.add("<blockquote>\n")
            return
        }
        callouts.insert(node)
        page.html.add("<aside class=\"callout callout-")
        page.html.add(kind.name)
        page.html.add("\" role=\"note\">\n")
        if calloutTitle == nil {
            page.html.add("<p class=\"callout-title\">")
            page.html.addEscaped(options.words[keyPath: kind.word])
            page.html.add("</p>\n")
        }
    }

    mutating func closeQuote(_ node: Node) {
        page.html.add(callouts.remove(node) == nil ? "</blockquote>\n" : "</aside>\n")
    }

    /// Takes "[!NOTE]" off the quote's first line. What else stands on that line becomes a paragraph of its own, the title.
    private mutating func takeCalloutMark(_ quote: Node) -> CalloutKind? {
        guard let paragraph = cmark_node_first_child(quote), lectern_node_kind(paragraph) == .paragraph,
            let first = cmark_node_first_child(paragraph), lectern_node_kind(first) == .text
        else { return nil }
        let text = bytes(cmark_node_get_literal(first))
        guard text.count >= 6, text[0] == 0x5B, text[1] == 0x21, let end = text.firstIndex(of: 0x5D),
            let kind = CalloutKind(text[2..<end])
        else { return nil }

        var rest = [UInt8](text[(end + 1)...].drop { $0 == 0x20 || $0 == 0x09 })
        let ownTitle = !rest.isEmpty || cmark_node_next(first).map { !isBreak($0) } ?? false
        rest.append(0)
        if ownTitle {
            rest.withUnsafeBufferPointer { buffer in
                buffer.withMemoryRebound(to: CChar.self) { _ = cmark_node_set_literal(first, $0.baseAddress) }
            }
            moveFirstLine(of: paragraph)
        } else {
            cmark_node_unlink(first)
        }
        if let lineEnd = cmark_node_first_child(paragraph), isBreak(lineEnd) { cmark_node_unlink(lineEnd) }
        if cmark_node_first_child(paragraph) == nil { cmark_node_unlink(paragraph) }
        return kind
    }

    private mutating func moveFirstLine(of paragraph: Node) {
        guard let title = lectern_new_paragraph() else { return }
        cmark_node_insert_before(paragraph, title)
        while let child = cmark_node_first_child(paragraph), !isBreak(child) {
            cmark_node_append_child(title, child)
        }
        calloutTitle = title
    }

    private func isBreak(_ node: Node) -> Bool {
        let kind = lectern_node_kind(node)
        return kind == .softBreak || kind == .lineBreak
    }
}

private struct CalloutKind {
    let name: StaticString
    let word: KeyPath<MarkdownWords, String>

    /// - Parameter mark: the word of "[!NOTE]", in any case.
    init?(_ mark: Slice<Bytes>) {
        switch String(decoding: mark, as: UTF8.self).uppercased() {
        case "NOTE": (name, word) = ("note", \.note)
        case "TIP": (name, word) = ("tip", \.tip)
        case "IMPORTANT": (name, word) = ("important", \.important)
        case "WARNING": (name, word) = ("warning", \.warning)
        case "CAUTION": (name, word) = ("caution", \.caution)
        default: return nil
        }
    }
}

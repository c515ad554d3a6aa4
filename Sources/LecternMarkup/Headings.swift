import CCmark
import LecternCore

extension PageWriter {
    /// A heading with its link, which stands beside it and not in it: a screen reader that lists headings reads their
    /// text only, and the link is named after its heading.
    mutating func openHeading(_ node: Node) -> Step {
        let customID = takeCustomID(node)
        let title = String(decoding: folded(plainText(node)), as: UTF8.self)
        var level = Int(cmark_node_get_heading_level(node))
        if level == 1 {
            let isFirst = page.title == nil
            if isFirst { page.title = title }
            if isFirst, options.dropTitle { return .past }
            level = 2
            warn(
                "a level-one heading in the text, shown as level two: \"\(title)\"",
                help: ["a page has one level-one heading, its title: write ## here"])
        }
        let anchor: String
        if let customID {
            anchor = options.idPrefix + customID
            addAuthorsID(anchor)
        } else {
            anchor = anchors.add(slug(title))
        }
        page.headings.append(.init(level: level, title: title, anchor: anchor, line: line))
        heading = (anchor, level)
        endTextLine()
        page.html.add("<div class=\"heading\"><h")
        page.html.add(level)
        page.html.add(" id=\"")
        page.html.addEscaped(anchor)
        page.html.add("\">")
        return .inside
    }

    mutating func closeHeading() {
        guard let (anchor, level) = heading else { return }
        heading = nil
        page.html.add("</h")
        page.html.add(level)
        page.html.add("><a class=\"anchor\" href=\"#")
        page.html.addURL(anchor)
        page.html.add("\" aria-labelledby=\"")
        page.html.addEscaped(anchor)
        page.html.add("\"></a></div>\n")
        endTextLine()
    }

    /// The id that stands at a heading's end, `## Loops {#loops}` as Pandoc and Hugo write it, taken out of its text.
    private func takeCustomID(_ node: Node) -> String? {
        guard let last = cmark_node_last_child(node), lectern_node_kind(last) == .text else { return nil }
        let text = bytes(cmark_node_get_literal(last))
        guard let (id, start) = customID(atEndOf: text) else { return nil }
        var kept = [UInt8](text[..<start])
        while kept.last == 0x20 { kept.removeLast() }
        kept.append(0)
        kept.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { _ = cmark_node_set_literal(last, $0.baseAddress) }
        }
        return id
    }

    /// The text of a node's children, without marks; a formula as its TeX.
    func plainText(_ node: Node) -> [UInt8] {
        var out: [UInt8] = []
        guard var current = cmark_node_first_child(node) else { return out }
        while true {
            switch lectern_node_kind(current) {
            case .text, .code, .shortcode: out.append(contentsOf: bytes(cmark_node_get_literal(current)))
            case .maths: out.append(contentsOf: withoutDollars(bytes(cmark_node_get_literal(current))))
            case .softBreak, .lineBreak: out.append(0x20)
            default:
                if let child = cmark_node_first_child(current) {
                    current = child
                    continue
                }
            }
            while true {
                if let next = cmark_node_next(current) {
                    current = next
                    break
                }
                guard let parent = cmark_node_parent(current), parent != node else { return out }
                current = parent
            }
        }
    }
}

/// `{#id}` at the end of a heading's text, and where it starts. Classes and keys after the id are left aside.
func customID(atEndOf text: Bytes) -> (id: String, start: Int)? {
    guard text.last == 0x7D, let start = text.lastIndex(of: 0x7B), start + 3 < text.count, text[start + 1] == 0x23 else {
        return nil
    }
    let id = text[(start + 2)..<(text.count - 1)].prefix { $0 != 0x20 }
    guard !id.isEmpty, !id.contains(where: { $0 == 0x22 || $0 == 0x3C || $0 == 0x26 }) else { return nil }
    return (String(decoding: id, as: UTF8.self), start)
}

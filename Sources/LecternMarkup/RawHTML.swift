import CCmark
import LecternCore

extension PageWriter {
    mutating func htmlBlock(_ node: Node) {
        let html = bytes(cmark_node_get_literal(node))
        uncountedLines = 0
        line = firstLine - 1 + Int(cmark_node_get_start_line(node))
        // The mark that ends an excerpt is for the build, which cuts the source there.
        if isMoreMark(html) { return }
        rawHTML(html)
        if page.html.last != 0x0A { page.html.append(0x0A) }
    }

    /// Raw HTML as the author wrote it, but for the URLs that the build resolves.
    mutating func rawHTML(_ html: Bytes) {
        var tags = HTMLTags(html)
        var copied = 0
        var lineOfTag = line
        var counted = 0
        while let tag = tags.next() {
            lineOfTag += html[counted..<tag.start].count { $0 == 0x0A }
            counted = tag.start
            guard !tag.isClosing else { continue }
            warnOfWhatPolicyBlocks(tag, lineOfTag)
            for id in [tag["id"], tag.name == "a" ? tag["name"] : nil].compactMap({ $0?.value }) where !id.isEmpty {
                addAuthorsID(id, lineOfTag)
            }
            for attribute in tag.attributes where isURL(attribute.name, of: tag.name) {
                guard let url = hooks.rawURL(tag.name, attribute.value, lineOfTag) else { continue }
                page.html.append(contentsOf: html[copied..<attribute.range.lowerBound])
                if !attribute.isQuoted { page.html.append(0x22) }
                page.html.addURL(url)
                if !attribute.isQuoted { page.html.append(0x22) }
                copied = attribute.range.upperBound
            }
        }
        page.html.append(contentsOf: html[copied...])
    }

    mutating func addAuthorsID(_ id: String, _ line: Int? = nil) {
        if anchors.hasFixed(id) { warn("the id \"\(id)\" is already used on this page", line: line) }
        _ = anchors.addFixed(id)
    }

    private func isURL(_ attribute: String, of element: String) -> Bool {
        switch attribute {
        case "href": ["a", "area", "link"].contains(element)
        case "src": ["img", "video", "audio", "source", "track", "iframe", "embed", "script"].contains(element)
        case "poster": element == "video"
        case "data": element == "object"
        default: false
        }
    }

    private func isMoreMark(_ html: Bytes) -> Bool {
        guard html.count >= 11, html.count < 40 else { return false }
        let text = String(decoding: html, as: UTF8.self)
        return text.filter { !$0.isWhitespace } == "<!--more-->"
    }

    // MARK: What the site's content security policy blocks

    private mutating func warnOfWhatPolicyBlocks(_ tag: HTMLTags.Tag, _ line: Int) {
        let blocked = "is blocked by the site's content security policy"
        if tag.name == "script" {
            if let source = tag["src"]?.value {
                if source.hasPrefix("//") || source.hasPrefix("https:") || source.hasPrefix("http:") {
                    warn("a script from another site \(blocked): \(source)", line: line, help: ["put a copy of it into static/"])
                }
            } else if isExecutable(tag["type"]?.value) {
                warn(
                    "a script inside the page \(blocked)", line: line,
                    help: ["put it into a file in static/ and write <script src=\"/that-file.js\"></script>"])
            }
        }
        if tag.name == "style" {
            warn("a <style> element \(blocked)", line: line, help: ["put its rules into layouts/ or a file in static/"])
        }
        for attribute in tag.attributes {
            if attribute.name == "style" {
                warn("the style attribute of <\(tag.name)> \(blocked)", line: line, help: ["use a class and a style sheet"])
            } else if attribute.name.hasPrefix("on"), attribute.name.utf8.count > 2 {
                warn("the handler \(attribute.name) of <\(tag.name)> \(blocked)", line: line, help: ["add the handler in a script file"])
            } else if ["href", "src", "action", "formaction"].contains(attribute.name) {
                warnOfScriptURL(attribute.value, line)
            }
        }
    }

    mutating func warnOfScriptURL(_ url: String, _ line: Int? = nil) {
        guard let first = url.utf8.first(where: { $0 > 0x20 }), first | 0x20 == 0x6A else { return }
        let start = url.drop { $0.isWhitespace }.prefix(11)
        if start.lowercased() == "javascript:" {
            warn("a javascript: link is blocked by the site's content security policy", line: line)
        }
    }

    /// Other types are data, which no policy blocks.
    private func isExecutable(_ type: String?) -> Bool {
        guard let type, !type.isEmpty else { return true }
        return type == "module" || type.lowercased().hasSuffix("javascript")
    }

    // MARK: Ids that the author wrote

    /// Keeps them from being given to headings above.
    mutating func reserveFixedIDs(_ root: Node) {
        var node = root
        while true {
            switch lectern_node_kind(node) {
            case .htmlBlock, .htmlInline:
                var tags = HTMLTags(bytes(cmark_node_get_literal(node)))
                while let tag = tags.next() {
                    if let id = tag["id"]?.value { anchors.reserve(id) }
                    if tag.name == "a", let id = tag["name"]?.value { anchors.reserve(id) }
                }
            case .heading:
                if let last = cmark_node_last_child(node), let (id, _) = customID(atEndOf: bytes(cmark_node_get_literal(last))) {
                    anchors.reserve(options.idPrefix + id)
                }
            default: break
            }
            if let child = cmark_node_first_child(node) {
                node = child
                continue
            }
            while cmark_node_next(node) == nil {
                guard let parent = cmark_node_parent(node) else { return }
                node = parent
            }
            node = cmark_node_next(node)
        }
    }
}

import CCmark
import LecternCore

extension PageWriter {
    // MARK: Paragraphs

    mutating func openParagraph(_ node: Node) -> Step {
        paragraphTextStart = page.text.count
        if let maths = onlyChild(node), lectern_node_kind(maths) == .maths, isDisplay(maths) {
            displayMaths(withoutDollars(bytes(cmark_node_get_literal(maths))))
            endTextLine()
            return .past
        }
        if let picture = onlyChild(node), lectern_node_kind(picture) == .image, !bytes(cmark_node_get_title(picture)).isEmpty {
            figure(picture)
            endTextLine()
            return .past
        }
        if !isTight(node) {
            page.html.add(node == calloutTitle ? "<p class=\"callout-title\">" : "<p>")
        }
        openTaskLabel(node)
        return .inside
    }

    mutating func closeParagraph(_ node: Node) {
        if taskLabelIsOpen {
            page.html.add("</label>")
            taskLabelIsOpen = false
        }
        addBackLinks(atEndOf: node)
        if isTight(node) {
            if cmark_node_next(node) != nil { page.html.append(0x0A) }
        } else {
            page.html.add("</p>\n")
        }
        if page.description == nil, isTopLevel(node), !isPicture(onlyChild(node)) {
            let text = page.text.withUnsafeBufferPointer { folded(Bytes(rebasing: $0[paragraphTextStart...])) }
            if !text.isEmpty { page.description = shortened(text, to: 160) }
        }
        endTextLine()
    }

    /// Text of a list whose items no blank line parts stands in its item without a paragraph.
    private func isTight(_ paragraph: Node) -> Bool {
        guard let item = cmark_node_parent(paragraph), let list = cmark_node_parent(item) else { return false }
        return cmark_node_get_type(list) == CMARK_NODE_LIST && cmark_node_get_list_tight(list) != 0
    }

    private func isTopLevel(_ node: Node) -> Bool {
        cmark_node_get_type(cmark_node_parent(node)) == CMARK_NODE_DOCUMENT
    }

    private func onlyChild(_ node: Node) -> Node? {
        guard let child = cmark_node_first_child(node), cmark_node_next(child) == nil else { return nil }
        return child
    }

    private func isPicture(_ node: Node?) -> Bool {
        node.map { lectern_node_kind($0) == .image } ?? false
    }

    private mutating func figure(_ picture: Node) {
        page.html.add("<figure class=\"picture\">")
        image(picture)
        page.html.add("<figcaption>")
        page.html.addEscaped(bytes(cmark_node_get_title(picture)))
        page.html.add("</figcaption></figure>\n")
    }

    // MARK: Lists

    mutating func openList(_ node: Node) {
        let isTaskList = cmark_node_first_child(node).map(isTask) ?? false
        if cmark_node_get_list_type(node) == CMARK_ORDERED_LIST {
            page.html.add("<ol")
            let start = Int(cmark_node_get_list_start(node))
            if start != 1 {
                page.html.add(" start=\"")
                page.html.add(start)
                page.html.append(0x22)
            }
        } else {
            page.html.add("<ul")
        }
        page.html.add(isTaskList ? " class=\"tasks\">\n" : ">\n")
    }

    mutating func openItem(_ node: Node) {
        page.html.add("<li>")
    }

    private func isTask(_ item: Node) -> Bool {
        cmark_node_get_syntax_extension(item) != nil && cmark_node_get_type(item) == CMARK_NODE_ITEM
    }

    /// A task's box is labelled by the first paragraph of its item.
    private mutating func openTaskLabel(_ paragraph: Node) {
        guard let item = cmark_node_parent(paragraph), isTask(item), cmark_node_first_child(item) == paragraph else { return }
        page.html.add("<label><input type=\"checkbox\" disabled")
        page.html.add(cmark_gfm_extensions_get_tasklist_item_checked(item) ? " checked> " : "> ")
        taskLabelIsOpen = true
    }
}

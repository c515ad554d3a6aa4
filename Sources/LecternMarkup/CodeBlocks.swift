import CCmark
import LecternCore

extension PageWriter {
    mutating func codeBlock(_ node: Node) {
        line = firstLine - 1 + Int(cmark_node_get_start_line(node))
        let info = FenceInfo(written(cmark_node_get_fence_info(node)))
        let code = bytes(cmark_node_get_literal(node))
        switch info.language {
        case "math":
            line += 1
            displayMaths(Bytes(rebasing: code.dropLast(code.last == 0x0A ? 1 : 0)))
        case "dot", "graphviz": diagram(code, info)
        default: listing(code, info)
        }
    }

    /// The copy button is made by the theme's script at `data-copy`, as it is of no use without JavaScript. A wide line
    /// scrolls in its own box, which the keyboard can reach.
    private mutating func listing(_ code: Bytes, _ info: FenceInfo) {
        page.html.add("<figure class=\"code\" data-copy>")
        if let title = info.title {
            page.html.add("<figcaption>")
            page.html.addEscaped(title)
            page.html.add("</figcaption>")
        }
        page.html.add("<pre tabindex=\"0\" role=\"group\" aria-label=\"")
        page.html.addEscaped(info.title ?? options.words.code)
        page.html.add("\"><code")
        if !info.language.isEmpty {
            page.html.add(" class=\"language-")
            page.html.addEscaped(info.language)
            page.html.append(0x22)
        }
        page.html.append(0x3E)
        if !Highlighter.add(code, language: info.language, marked: info.marked, to: &page.html) {
            if let meant = Highlighter.meant(info.language) {
                warn("no highlighting for the language \"\(info.language)\"", help: ["did you mean \"\(meant)\"?"])
            }
        }
        page.html.add("</code></pre></figure>\n")
    }

    private mutating func diagram(_ code: Bytes, _ info: FenceInfo) {
        switch tools.diagrams.draw(written(code)) {
        case .svg(let diagram):
            let name = info.title ?? options.words.diagram
            let split = diagram.svg.firstIndex(of: 0x0A) ?? diagram.svg.endIndex
            page.html.add("<figure class=\"diagram\" tabindex=\"0\" aria-label=\"")
            page.html.addEscaped(name)
            page.html.add("\">")
            page.html.append(contentsOf: diagram.svg[..<split])
            // Links inside a picture could not be reached.
            page.html.add(diagram.hasLinks ? " role=\"group\"><title>" : " role=\"img\"><title>")
            page.html.addEscaped(name)
            page.html.add("</title>")
            page.html.append(contentsOf: diagram.svg[split...].dropFirst())
            if let title = info.title {
                page.html.add("<figcaption>")
                page.html.addEscaped(title)
                page.html.add("</figcaption>")
            }
            page.html.add("</figure>\n")
            return
        case .mistake(let words, let lineInside):
            fail("diagram: \(words)", line: line + (lineInside ?? 0))
        case .unavailable(let reason):
            if !toldOfMissingDiagrams {
                toldOfMissingDiagrams = true
                fail("diagrams cannot be drawn: \(reason)", help: ["apt-get install graphviz"])
            }
        }
        listing(code, info)
    }
}

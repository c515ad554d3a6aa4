import CCmark

extension PageWriter {
    mutating func codeBlock(_ node: Node) {
        let info = bytes(cmark_node_get_fence_info(node))
        let code = bytes(cmark_node_get_literal(node))
        let language = Bytes(rebasing: info.prefix { $0 != 0x20 && $0 != 0x7B })
        page.html.add("<figure class=\"code\" data-copy><pre tabindex=\"0\" role=\"group\" aria-label=\"")
        page.html.addEscaped(options.words.code)
        page.html.add("\"><code")
        if !language.isEmpty {
            page.html.add(" class=\"language-")
            page.html.addEscaped(language)
            page.html.append(0x22)
        }
        page.html.append(0x3E)
        page.html.addEscaped(code)
        page.html.add("</code></pre></figure>\n")
    }
}

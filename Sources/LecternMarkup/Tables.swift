import CCmark

struct TableState {
    var alignments: UnsafeMutablePointer<UInt8>?
    var columns = 0
    var column = 0
    var isHeader = false
    var bodyIsOpen = false
    var cellTag: StaticString = "td"
}

extension PageWriter {
    /// A wide table scrolls in its own box, which the keyboard can reach.
    mutating func openTable(_ node: Node) {
        table = TableState()
        table.alignments = cmark_gfm_extensions_get_table_alignments(node)
        table.columns = Int(cmark_gfm_extensions_get_table_columns(node))
        page.html.add("<div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"")
        page.html.addEscaped(options.words.table)
        page.html.add("\"><table>\n")
    }

    mutating func closeTable() {
        page.html.add(table.bodyIsOpen ? "</tbody>\n</table></div>\n" : "</table></div>\n")
        endTextLine()
    }

    mutating func openRow(_ node: Node) {
        table.column = 0
        table.isHeader = cmark_gfm_extensions_get_table_row_is_header(node) != 0
        if table.isHeader {
            page.html.add("<thead>\n")
        } else if !table.bodyIsOpen {
            table.bodyIsOpen = true
            page.html.add("<tbody>\n")
        }
        page.html.add("<tr>")
    }

    mutating func closeRow() {
        page.html.add(table.isHeader ? "</tr>\n</thead>\n" : "</tr>\n")
        endTextLine()
    }

    mutating func openCell(_ node: Node) {
        // A header without text heads nothing.
        let isHeader = table.isHeader && cmark_node_first_child(node) != nil
        table.cellTag = isHeader ? "th" : "td"
        page.html.add(isHeader ? "<th scope=\"col\"" : "<td")
        if table.column < table.columns, let alignment = table.alignments?[table.column] {
            switch alignment {
            case UInt8(ascii: "c"): page.html.add(" class=\"align-center\"")
            case UInt8(ascii: "r"): page.html.add(" class=\"align-right\"")
            default: break
            }
        }
        table.column += 1
        page.html.append(0x3E)
    }

    mutating func closeCell() {
        page.html.add("</")
        page.html.add(table.cellTag)
        page.html.append(0x3E)
        page.text.append(0x20)
    }
}

import LecternCore

extension Report {
    /// For a terminal: no line is wider than 100 columns, no table longer than 15 rows.
    public var text: String {
        let w = language
        var out = ""
        if isSimulated { out += simulatedWords(w) + "\n\n" }
        out += heading(title + ": " + period, "=")
        out += wrapped(notes.joined(separator: " "))
        out += "\n" + heading(w("What to mend", "先改什么"), "-")
        out += advice.isEmpty ? wrapped(noAdviceWords(w)) : ""
        for (place, one) in advice.enumerated() {
            let number = "\(place + 1). "
            out += wrapped(number + one.sentence, indent: number.count)
            out += wrapped("   " + one.evidence, indent: 3) + wrapped("   → " + one.tryThis, indent: 5)
            // Whole, however long: it is there to be copied.
            if let file = one.lookAt { out += "     " + file + "\n" }
        }
        for section in sections {
            out += "\n" + heading(section.title, "-")
            for note in section.notes { out += wrapped(note) }
            for table in section.tables where !table.isLong { out += "\n" + text(of: table) }
        }
        return out
    }

    private func text(of table: Table) -> String {
        let rows = table.rows.prefix(15).map { $0.map { $0.text(language) } }
        var columns = Array(table.columns.indices)
        if table.rows.count <= 3, width(columns, table, rows) > 100 { return table.title + "\n" + turned(table, rows) }
        // What says least goes first: a title beside an id, a course whose lessons bear its name.
        for id in ["title", "course"] where width(columns, table, rows) > 100 { columns.removeAll { table.columns[$0].id == id } }
        while width(columns, table, rows) > 100, columns.count > 2 { columns.removeLast() }
        var out = table.title + "\n"
        for row in [table.columns.map(\.title)] + rows {
            var line = "  "
            for column in columns {
                let wide = cellWidth(column, table, rows), cell = shortened(row[column])
                let space = String(repeating: " ", count: wide - terminalWidth(cell))
                let isText = table.rows.first.map { $0[column].isText } ?? true
                line += (isText ? cell + space : space + cell) + (column == columns.last ? "" : "  ")
            }
            while line.hasSuffix(" ") { line.removeLast() }
            out += line + "\n"
        }
        if table.rows.count > 15 { out += "  " + language("… and \(table.rows.count - 15) more: --csv has all.", "……另有 \(table.rows.count - 15) 行，见 --csv。") + "\n" }
        return out
    }

    /// A few rows that are too wide stand beside each other, each column a line.
    private func turned(_ table: Table, _ rows: [[String]]) -> String {
        let name = table.columns.map { terminalWidth($0.title) }.max() ?? 0
        let wide = rows.map { row in row.map(terminalWidth).max() ?? 0 }
        return table.columns.enumerated().map { place, column in
            var line = "  " + column.title + String(repeating: " ", count: name - terminalWidth(column.title))
            for (row, cells) in rows.enumerated() { line += "  " + String(repeating: " ", count: wide[row] - terminalWidth(cells[place])) + cells[place] }
            return line + "\n"
        }.joined()
    }

    private func cellWidth(_ column: Int, _ table: Table, _ rows: [[String]]) -> Int {
        max(terminalWidth(table.columns[column].title), rows.map { terminalWidth(shortened($0[column])) }.max() ?? 0)
    }

    private func width(_ columns: [Int], _ table: Table, _ rows: [[String]]) -> Int {
        columns.reduce(2) { $0 + cellWidth($1, table, rows) + 2 } - 2
    }
}

func simulatedWords(_ w: Words) -> String {
    w("SIMULATED: nobody of these learners exists. They were made to show what a report looks like.", "模拟数据：这些学员都不存在，只用来展示报告的样子。")
}

func noAdviceWords(_ w: Words) -> String {
    w("Nothing stands out from chance. That is no proof that all is well: there may be too few learners to tell.", "没有超出偶然的发现。这不证明一切都好：也可能只是人数还太少。")
}

private func heading(_ text: String, _ line: Character) -> String { text + "\n" + String(repeating: line, count: min(100, terminalWidth(text))) + "\n" }

private func shortened(_ text: String) -> String {
    guard terminalWidth(text) > 34 else { return text }
    var kept = "", width = 0
    for character in text {
        width += terminalWidth(String(character))
        if width > 33 { break }
        kept.append(character)
    }
    return kept + "…"
}

/// In a terminal's cells: ideographs and full-width signs take two.
private func terminalWidth(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { width, scalar in
        width + (scalar.value >= 0x1100 && (scalar.properties.isIdeographic || (0x3000...0x30FF).contains(scalar.value) || (0xFF00...0xFF60).contains(scalar.value) || (0xAC00...0xD7A3).contains(scalar.value)) ? 2 : 1)
    }
}

/// In lines of at most 100 cells, broken at spaces, and between ideographs, which have none.
private func wrapped(_ text: String, indent: Int = 0) -> String {
    var lines: [String] = [], line = "", width = 0
    for word in pieces(text) {
        let wide = terminalWidth(word)
        if width + wide > 100, width > indent {
            lines.append(line)
            line = String(repeating: " ", count: indent)
            width = indent
            if word == " " { continue }
        }
        line += word
        width += wide
    }
    if !line.isEmpty { lines.append(line) }
    return lines.map { line in
        var line = line
        while line.hasSuffix(" ") { line.removeLast() }
        return line + "\n"
    }.joined()
}

private func pieces(_ text: String) -> [String] {
    var pieces: [String] = []
    for character in text {
        let stands = character == " " || terminalWidth(String(character)) > 1
        if stands || pieces.isEmpty || pieces.last == " " || terminalWidth(String(pieces.last!.last!)) > 1 { pieces.append(String(character)) } else { pieces[pieces.count - 1].append(character) }
    }
    return pieces
}

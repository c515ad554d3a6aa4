import Foundation

/// Charts in SVG, in lengths that follow the page's width while their words keep their size. Whatever is in one stands in the
/// table beside it, so that its picture is named for a screen reader and no more.
enum ChartSVG {
    static func draw(_ table: Table, _ chart: Chart, _ w: Words) -> String {
        switch chart {
        case .bars(let column) where ["day", "week", "month"].contains(table.columns[0].id): columns(table, column, w)
        case .bars(let column): bars(table, column, w)
        case .lines(let columns): lines(table, columns, w)
        }
    }

    /// Lying bars, each under its name.
    private static func bars(_ table: Table, _ column: Int, _ w: Words) -> String {
        let most = table.rows.map { max(0, $0[column].length) }.max() ?? 0
        let name = table.columns.firstIndex { $0.id == "title" } ?? table.rows.first.map { row in table.columns.indices.last { $0 < column && row[$0].isText } ?? 0 } ?? 0
        let rows = table.rows.prefix(40)
        var out = open(table, height: rows.count * 34, column: table.columns[column].title)
        for (place, row) in rows.enumerated() {
            let y = place * 34, share = most > 0 ? max(0, row[column].length) / most : 0
            out += #"<text x="0" y="\#(y + 13)" class="name">"# + escaped(short(row[name].text(w))) + "</text>"
            out += #"<rect x="0" y="\#(y + 18)" width="\#(number(share * 70))%" height="11" rx="2" class="one"/>"#
            out += #"<text x="\#(number(share * 70))%" dx="6" y="\#(y + 28)" class="value">"# + escaped(row[column].text(w)) + "</text>"
        }
        return out + "</svg>"
    }

    /// Standing columns over time.
    private static func columns(_ table: Table, _ column: Int, _ w: Words) -> String {
        let most = table.rows.map { max(0, $0[column].length) }.max() ?? 0, height = 150.0, count = Double(max(1, table.rows.count))
        var out = open(table, height: 190, column: table.columns[column].title)
        out += #"<line x1="0" x2="100%" y1="165" y2="165" class="axis"/>"#
        if let top = table.rows.max(by: { $0[column].length < $1[column].length }) {
            out += #"<text x="0" y="11" class="value">"# + escaped(w("highest: ", "最高：") + top[column].text(w)) + "</text>"
        }
        for (place, row) in table.rows.enumerated() {
            let tall = most > 0 ? max(0, row[column].length) / most * (height - 8) : 0
            out += #"<rect x="\#(number((Double(place) + 0.1) * 100 / count))%" width="\#(number(80 / count))%" y="\#(number(165 - tall))" height="\#(number(tall))" class="one"/>"#
        }
        if let first = table.rows.first, let last = table.rows.last {
            out += #"<text x="0" y="184" class="name">"# + escaped(first[0].text(w)) + "</text>"
            if table.rows.count > 1 { out += #"<text x="100%" y="184" text-anchor="end" class="name">"# + escaped(last[0].text(w)) + "</text>" }
        }
        return out + "</svg>"
    }

    /// Lines over the rows, told apart by dashes as well as by colour.
    private static func lines(_ table: Table, _ columns: [Int], _ w: Words) -> String {
        let most = max(1, table.rows.map { row in columns.map { row[$0].length }.max() ?? 0 }.max() ?? 1)
        let step = 100 / Double(max(1, table.rows.count - 1))
        var out = open(table, height: 200, column: columns.map { table.columns[$0].title }.joined(separator: ", "))
        out += #"<text x="0" y="11" class="value">"# + escaped(Cell.count(Int(most)).text(w)) + "</text>"
        out += #"<svg x="0" y="18" width="100%" height="150" viewBox="0 0 100 100" preserveAspectRatio="none">"#
        out += #"<line x1="0" x2="100" y1="100" y2="100" class="axis"/>"#
        for (order, column) in columns.enumerated() {
            let points = table.rows.enumerated().map { "\(number(Double($0) * step)),\(number(100 - $1[column].length / most * 100))" }.joined(separator: " ")
            out += #"<polyline points="\#(points)" class="line \#(classes[order % classes.count])"/>"#
        }
        out += "</svg>"
        let first = table.columns.firstIndex { $0.id == "second" } ?? table.columns.firstIndex { $0.id == "lesson" } ?? 0
        if let from = table.rows.first, let to = table.rows.last {
            out += #"<text x="0" y="186" class="name">"# + escaped(from[first].text(w)) + "</text>"
            out += #"<text x="100%" y="186" text-anchor="end" class="name">"# + escaped(to[first].text(w)) + "</text>"
        }
        let legend = columns.enumerated().map { order, column in
            #"<li><svg width="26" height="10" aria-hidden="true"><line x1="0" x2="26" y1="5" y2="5" class="line \#(classes[order % classes.count])"/></svg> "# + escaped(table.columns[column].title) + "</li>"
        }
        return out + #"</svg><ul class="legend">"# + legend.joined() + "</ul>"
    }

    /// What is longer stands whole in the table: a chart on a phone has room for so much.
    private static func short(_ text: String) -> String {
        var kept = "", width = 0
        for character in text {
            width += (character.unicodeScalars.first?.value ?? 0) >= 0x1100 ? 2 : 1
            if width > 42 { return kept + "…" }
            kept.append(character)
        }
        return kept
    }

    private static let classes = ["one", "two", "three"]

    private static func open(_ table: Table, height: Int, column: String) -> String {
        #"<svg class="chart" width="100%" height="\#(height)" role="img" aria-label=""# + escaped(table.title + ": " + column) + #"">"#
    }

    private static func number(_ value: Double) -> String {
        let text = String(format: "%.2f", value)
        return text.hasSuffix(".00") ? String(text.dropLast(3)) : text
    }
}

func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": out += "&amp;"
        case "<": out += "&lt;"
        case ">": out += "&gt;"
        case "\"": out += "&quot;"
        default: out.unicodeScalars.append(scalar)
        }
    }
    return out
}

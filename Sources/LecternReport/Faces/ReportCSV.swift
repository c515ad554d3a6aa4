import LecternCore

extension Report {
    /// A table a file, named after it, RFC 4180, in UTF-8. Tables of one name are one file. A share has four columns:
    /// `conversion`, `conversion_of`, `conversion_low`, `conversion_high`. Money is a decimal number; its currency stands in
    /// the row. What is not known is empty.
    public var csv: [(name: String, text: String)] {
        var files: [(name: String, text: String)] = []
        for table in sections.flatMap(\.tables) + [adviceTable] {
            let lines = table.rows.map { csvLine(zip(table.columns, $0).flatMap { $1.csv(as: $0.kind(in: table)) }) }.joined()
            if let place = files.firstIndex(where: { $0.name == table.id + ".csv" }) { files[place].text += lines } else {
                let head = csvLine(table.columns.flatMap { column in column.kind(in: table) == .share ? shareColumns(column.id) : [column.id] })
                files.append((table.id + ".csv", head + lines))
            }
        }
        return files
    }

    private var adviceTable: Table {
        Table(
            "advice", "",
            ["rule", "subject", "course", "lesson", "question", "source", "second", "file", "line", "people", "people_low", "people_high", "chance", "sentence", "evidence", "try"]
                .map { Column($0, $0) },
            advice.map { one in
                [
                    .text(one.rule.rawValue), .text(one.subject), .text(one.course ?? ""), .text(one.lesson ?? ""), .text(one.question ?? ""),
                    .text(one.source ?? ""), one.second.map { .count($0) } ?? .none, .text(one.file ?? ""), one.line.map { .count($0) } ?? .none, .number(one.people), .number(one.peopleLow), .number(one.peopleHigh),
                    .number(one.chance), .text(one.sentence), .text(one.evidence), .text(one.tryThis),
                ]
            })
    }
}

private func shareColumns(_ id: String) -> [String] { [id, id + "_of", id + "_low", id + "_high"] }

private enum ColumnKind { case share, other }

extension Column {
    /// A column in which any row has a share has its interval in every row.
    fileprivate func kind(in table: Table) -> ColumnKind {
        guard let place = table.columns.firstIndex(where: { $0.id == id }) else { return .other }
        return table.rows.contains { if case .share = $0[place] { true } else { false } } ? .share : .other
    }
}

extension Cell {
    fileprivate func csv(as kind: ColumnKind) -> [String] {
        let one: String =
            switch self {
            case .text(let text): text
            case .count(let count): String(count)
            case .money(let money): (money.minorUnits < 0 ? "-" : "") + Money(minorUnits: abs(money.minorUnits), currency: money.currency).decimal
            case .share(let share): share.of == 0 ? "" : "\(share.value)"
            case .part(let number), .number(let number), .seconds(let number): number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)"
            case .tooFew, .none: ""
            }
        guard kind == .share else { return [one] }
        guard case .share(let share) = self, share.of > 0 else { return [one, "", "", ""] }
        return [one, String(share.of), "\(share.low)", "\(share.high)"]
    }
}

/// Fields that a spreadsheet would take for a formula are what strangers may have written: they begin with a space then.
private func csvLine(_ fields: [String]) -> String {
    fields.map { field in
        var text = field
        if let first = text.utf8.first, "=+@\t\r".utf8.contains(first) || first == UInt8(ascii: "-") && Double(text) == nil { text = " " + text }
        return text.utf8.contains(where: { "\",\n\r".utf8.contains($0) }) ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }.joined(separator: ",") + "\r\n"
}

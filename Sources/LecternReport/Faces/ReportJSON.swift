import LecternCore

extension Report {
    /// All of it for a program. Columns as docs/report.md lists them; money in minor units, times in seconds, shares as
    /// `{hits, of, value, low, high}`; `null` where there is no figure, `{tooFew: n}` where it would rest on too few.
    public var json: JSON {
        [
            "version": 1, "simulated": .flag(isSimulated), "period": .text(period), "notes": .list(notes.map { .text($0) }),
            "advice": .list(advice.map(\.json)),
            "sections": .list(sections.map { section in
                [
                    "id": .text(section.id), "title": .text(section.title), "notes": .list(section.notes.map { .text($0) }),
                    "tables": .list(section.tables.map(\.json)),
                ]
            }),
        ]
    }
}

extension Table {
    fileprivate var json: JSON {
        [
            "id": .text(id), "title": .text(title),
            "rows": .list(rows.map { row in .object(zip(columns, row).map { JSON.Member($0.id, $1.json) }) }),
        ]
    }
}

extension Cell {
    var json: JSON {
        switch self {
        case .text(let text): .text(text)
        case .count(let count): .whole(Int64(count))
        case .money(let money): ["currency": .text(money.currency.code), "minorUnits": .whole(money.minorUnits)]
        case .share(let share): share.of == 0 ? .null : share.json
        case .part(let number), .number(let number), .seconds(let number): .real(number)
        case .tooFew(let count): ["tooFew": .whole(Int64(count))]
        case .none: .null
        }
    }
}

extension Share {
    fileprivate var json: JSON {
        ["hits": .whole(Int64(hits)), "of": .whole(Int64(of)), "value": .real(value), "low": .real(low), "high": .real(high)]
    }
}

extension Advice {
    fileprivate var json: JSON {
        let optional: [(String, JSON?)] = [
            ("course", course.map { .text($0) }), ("lesson", lesson.map { .text($0) }), ("question", question.map { .text($0) }),
            ("source", source.map { .text($0) }), ("second", second.map { .whole(Int64($0)) }), ("file", file.map { .text($0) }), ("line", line.map { .whole(Int64($0)) }),
        ]
        return .object(
            [.init("rule", .text(rule.rawValue)), .init("subject", .text(subject))]
                + optional.compactMap { name, value in value.map { JSON.Member(name, $0) } } + [
                    .init("sentence", .text(sentence)), .init("evidence", .text(evidence)), .init("try", .text(tryThis)),
                    .init("people", ["value": .real(people), "low": .real(peopleLow), "high": .real(peopleHigh)]), .init("chance", .real(chance)),
                ])
    }
}

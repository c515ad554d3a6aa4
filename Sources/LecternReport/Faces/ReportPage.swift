import LecternCore

extension Report {
    /// One page that needs nothing else: no script, no other file, no other host.
    public var page: String {
        let w = language
        let tag = w.isChinese ? "zh-CN" : "en"
        var out = "<!doctype html>\n<html lang=\"\(tag)\">\n<head>\n<meta charset=\"utf-8\">\n"
        out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n"
        out += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        out += "<title>" + escaped(title + ": " + period) + "</title>\n<style>" + reportStyle + "</style>\n</head>\n<body>\n"
        out += "<a class=\"skip\" href=\"#main\">" + w("To the report", "跳到正文") + "</a>\n"
        return out + body + "</body>\n</html>\n"
    }

    /// What stands between the tags of a page, wherever that is.
    private var body: String {
        let w = language
        var out = "<header><h1>" + escaped(title) + "</h1><p class=\"period\">" + escaped(period) + "</p>"
        if isSimulated { out += "<p class=\"simulated\" role=\"note\"><strong>" + escaped(simulatedWords(w)) + "</strong></p>" }
        out += "<p class=\"note\">" + escaped(notes.joined(separator: " ")) + "</p>"
        out += "<nav aria-label=\"" + w("Sections", "章节") + "\"><ul><li><a href=\"#advice\">" + w("What to mend", "先改什么") + "</a></li>"
        for section in sections { out += "<li><a href=\"#\(section.id)\">" + escaped(section.title) + "</a></li>" }
        out += "</ul></nav></header>\n<main id=\"main\" tabindex=\"-1\">\n" + adviceHTML
        for section in sections {
            out += "<section id=\"\(section.id)\" aria-labelledby=\"\(section.id)-title\"><h2 id=\"\(section.id)-title\">" + escaped(section.title) + "</h2>\n"
            for note in section.notes { out += "<p class=\"note\">" + escaped(note) + "</p>\n" }
            for table in section.tables { out += html(table) }
            out += "</section>\n"
        }
        return out + "</main>\n"
    }

    private var adviceHTML: String {
        let w = language
        var out = "<section id=\"advice\" aria-labelledby=\"advice-title\"><h2 id=\"advice-title\">" + w("What to mend", "先改什么") + "</h2>\n"
        if advice.isEmpty { return out + "<p>" + escaped(noAdviceWords(w)) + "</p></section>\n" }
        out += "<ol class=\"advice\">\n"
        for one in advice {
            let people = w("about \(Int(one.people.rounded())) people (\(Int(one.peopleLow.rounded()))–\(Int(one.peopleHigh.rounded())))",
                           "约 \(Int(one.people.rounded())) 人（\(Int(one.peopleLow.rounded()))–\(Int(one.peopleHigh.rounded()))）")
            out += "<li><p class=\"sentence\">" + escaped(one.sentence) + "</p><p>" + escaped(one.evidence) + "</p><p>" + escaped(one.tryThis)
            out += " <span class=\"note\">" + escaped(people) + "</span></p>"
            if let file = one.lookAt { out += "<p class=\"note\">" + w("Look at ", "看 ") + "<code>" + escaped(file) + "</code></p>" }
            out += "</li>\n"
        }
        return out + "</ol></section>\n"
    }

    private func html(_ table: Table) -> String {
        let w = language
        guard !table.rows.isEmpty else { return "" }
        var out = "<figure><figcaption><h3>" + escaped(table.title) + "</h3>"
        if let note = table.note { out += "<p class=\"note\">" + escaped(note) + "</p>" }
        out += "</figcaption>"
        if let chart = table.chart { out += ChartSVG.draw(table, chart, w) }
        let isFolded = table.isLong || table.chart != nil
        // On paper nobody unfolds anything: what is short is shown, and of a film's hundreds of seconds the curve.
        if isFolded { out += "<details" + (table.rows.count > 40 ? " class=\"long\"" : "") + "><summary>" + w("As a table", "看表格") + " <span class=\"note\">" + escaped(table.title) + "</span></summary>" }
        out += "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" + escaped(table.title) + "\"><table><thead><tr>"
        // A few rows of many columns stand beside each other: a phone shows them whole, and so does paper.
        if table.rows.count <= 3, table.columns.count > 10 { return out + turned(table) + "</tbody></table></div>" + (isFolded ? "</details>" : "") + "</figure>\n" }
        for (place, column) in table.columns.enumerated() {
            out += "<th scope=\"col\"" + (isNumber(table, place) ? " class=\"number\"" : "") + ">" + escaped(column.title) + "</th>"
        }
        out += "</tr></thead><tbody>\n"
        for row in table.rows {
            out += "<tr>"
            for (place, cell) in row.enumerated() {
                let text = escaped(cell.text(w))
                out += place == 0 ? "<th scope=\"row\">\(text)</th>" : isNumber(table, place) ? "<td class=\"number\">\(text)</td>" : "<td>\(text)</td>"
            }
            out += "</tr>\n"
        }
        return out + "</tbody></table></div>" + (isFolded ? "</details>" : "") + "</figure>\n"
    }

    private func turned(_ table: Table) -> String {
        var out = ""
        for (place, column) in table.columns.enumerated() {
            let tag = place == 0 ? "th scope=\"col\"" : "td"
            out += place == 0 ? "" : "<tr>"
            out += (place == 0 ? "<th scope=\"col\">" : "<th scope=\"row\">") + escaped(column.title) + "</th>"
            for row in table.rows { out += "<\(tag) class=\"number\">" + escaped(row[place].text(language)) + "</\(tag.prefix(2))>" }
            out += "</tr>" + (place == 0 ? "</thead><tbody>" : "") + "\n"
        }
        return out
    }

    private func isNumber(_ table: Table, _ column: Int) -> Bool { !table.rows.contains { $0[column].isText } }
}

private let reportStyle = """
    :root{color-scheme:light dark;--paper:#fafbf8;--raised:#fff;--ink:#1b2320;--soft:#525d57;--line:#dce2da;--one:#1f6b57;--two:#2a5f9e;--three:#7d5100;--warn:#7d5100}
    @media screen and (prefers-color-scheme:dark){:root{--paper:#131715;--raised:#1b211e;--ink:#e3e9e5;--soft:#a3aea8;--line:#2d3531;--one:#7fcb96;--two:#8dbbf0;--three:#e2b65c;--warn:#e2b65c}}
    *{box-sizing:border-box}
    html{font:100%/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:var(--ink);background:var(--paper);overflow-wrap:break-word}
    body{margin:0 auto;max-width:70rem;padding:1.5rem clamp(1rem,4vw,3rem) 4rem}
    h1,h2,h3,p,ul,ol,figure{margin:0;padding:0}
    h1{font-size:2rem;line-height:1.2}
    h2{font-size:1.5rem;line-height:1.3;margin:3rem 0 .75rem;padding-top:1rem;border-top:1px solid var(--line)}
    h3{font-size:1.1rem;line-height:1.3}
    .period{font-size:1.1rem;color:var(--soft)}
    .note{font-size:.875rem;color:var(--soft)}
    .simulated{margin:1rem 0;padding:.75rem 1rem;border:2px solid var(--warn);border-radius:.5rem}
    nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin-top:1rem}
    a{color:var(--one);text-underline-offset:.2em}
    nav a{display:inline-block;padding:.25rem 0}
    .skip{position:absolute;top:-5rem}
    .skip:focus{position:static}
    :focus-visible{outline:3px solid var(--one);outline-offset:2px}
    main:focus{outline:0}
    .advice{display:grid;gap:1rem;padding-left:0;list-style:none;counter-reset:advice}
    .advice li{counter-increment:advice;padding:1rem;background:var(--raised);border:1px solid var(--line);border-radius:.625rem}
    .sentence{font-weight:650}
    .sentence::before{content:counter(advice) ". "}
    figure{margin:1.75rem 0;padding:1rem;background:var(--raised);border:1px solid var(--line);border-radius:.625rem}
    figcaption{margin-bottom:.75rem}
    .chart{display:block;margin:.5rem 0;overflow:hidden}
    .chart text{fill:var(--ink);font-size:13px}
    .chart .value{font-variant-numeric:tabular-nums}
    rect.one{fill:var(--one)}
    .axis{stroke:var(--soft);stroke-width:1;vector-effect:non-scaling-stroke}
    .line{fill:none;stroke-width:2.5;vector-effect:non-scaling-stroke}
    .line.one{stroke:var(--one)}
    .line.two{stroke:var(--two);stroke-dasharray:7 4}
    .line.three{stroke:var(--three);stroke-dasharray:2 4}
    .legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;font-size:.875rem}
    summary{cursor:pointer;padding:.5rem 0;min-height:1.5rem}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;min-width:100%}
    th,td{padding:.4rem .75rem .4rem 0;text-align:start;vertical-align:top;border-bottom:1px solid var(--line)}
    thead th{font-weight:600;color:var(--soft);vertical-align:bottom}
    tbody th{font-weight:500}
    .number{text-align:end;white-space:nowrap}
    @media print{:root{--paper:#fff;--raised:#fff}html{font-size:10pt}body{max-width:none;padding:0}nav,.skip,summary,details.long{display:none}figure,.advice li{border:0;padding:0}figure{margin:1.25rem 0}.advice li,tr,.chart{break-inside:avoid}details::details-content{content-visibility:visible;height:auto}details:not([open])>*{display:revert}details:not([open])>summary{display:none}h2,h3,figcaption,.note,.chart{break-after:avoid}.scroll{overflow:visible}table{font-size:7.5pt}th,td{padding:.15rem .35rem .15rem 0}td{overflow-wrap:anywhere}thead th,td.number{overflow-wrap:break-word;white-space:normal}}
    """

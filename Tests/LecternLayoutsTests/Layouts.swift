import LecternLayouts

/// A page "page.html" of one text, with partials, as a test writes it.
func layouts(
    _ page: String, partials: [String: String] = [:], overrides: [String: String] = [:], shape: LayoutShape = .any
) -> LayoutSet {
    var theme = partials.mapValues { Array($0.utf8) }
    theme["page.html"] = Array(page.utf8)
    return LayoutSet(theme: theme, overrides: overrides.mapValues { Array($0.utf8) }, shapes: ["page.html": shape])
}

/// What "page.html" shows.
func shown(_ layouts: LayoutSet, _ fields: LayoutFields = [:]) -> String {
    var out: [UInt8] = []
    layouts.render("page.html", fields, into: &out)
    return String(decoding: out, as: UTF8.self)
}

/// All problems, as they are printed.
func printed(_ layouts: LayoutSet) -> String { layouts.problems.map(\.description).joined(separator: "\n") }

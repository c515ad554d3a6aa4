import LecternCore
import LecternMarkup

/// Renders a document that starts at line 1 of "lesson.md".
func render(
    _ markdown: String, firstLine: Int = 1, dropTitle: Bool = true, words: MarkdownWords = .english, idPrefix: String = "",
    hooks: MarkdownHooks = MarkdownHooks()
) -> MarkdownPage {
    MarkdownRenderer().render(
        Array(markdown.utf8), file: "lesson.md", firstLine: firstLine,
        options: .init(dropTitle: dropTitle, words: words, idPrefix: idPrefix), hooks: hooks)
}

extension MarkdownPage {
    var body: String { String(decoding: html, as: UTF8.self) }
    var searchText: String { String(decoding: text, as: UTF8.self) }
    var printed: [String] { problems.map(\.description) }
}

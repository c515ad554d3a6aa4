import LecternContent
import LecternCore
import LecternLayouts
import LecternMarkup

extension UnitBuilder {
    /// Renders Markdown that stands in front matter or a quiz.
    func renderFragment(_ markdown: String, line: Int, file: String, language: String, page: String) -> MarkdownPage {
        let text = TextFile(path: file, body: Array(markdown.utf8), bodyLine: line, heading: nil, digest: .init([]))
        return render(text, title: "", source: LinkSource(file: file, language: language, page: page, publication: .open))
    }
}

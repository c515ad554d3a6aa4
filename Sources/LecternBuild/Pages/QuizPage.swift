import LecternContent
import LecternCore
import LecternLayouts
import LecternMarkup

/// A quiz whose Markdown is rendered.
struct RenderedQuiz {
    let title: String?
    let fields: LayoutFields
    /// What is asked, as plain text.
    let prompts: [String]
}

extension UnitBuilder {
    func render(_ quiz: Quiz, file: String, lesson: String, page: String, language: String, publication: Publication) -> RenderedQuiz {
        let source = LinkSource(file: file, language: language, page: page, publication: publication)
        var prompts: [String] = []
        let fields = quizFields(quiz, id: lesson) { markdown, question, place in
            // A block text starts on the line below its key.
            let line = markdown.line + (markdown.value.contains("\n") ? 1 : 0)
            // What stands inside a line begins with a bracket that is taken away again: "- 1" and "> 0" are then no blocks.
            let bytes = Array(((place == .insideLine ? "(" : "") + markdown.value).utf8)
            let text = TextFile(path: file, body: bytes, bodyLine: line, heading: nil, digest: .init([]))
            let rendered = render(text, title: "", source: source, idPrefix: "quiz-\(question)-")
            if place == .prompt { prompts.append(String(decoding: rendered.text.last == 0x0A ? rendered.text.dropLast() : rendered.text[...], as: UTF8.self)) }
            if place != .insideLine { return rendered.html.last == 0x0A ? rendered.html.dropLast() : rendered.html }
            if let line = insideOfParagraph(rendered.html) { return line }
            report(
                "an option, its explanation and an item of an ordering are one paragraph", file: file, line: markdown.line,
                help: ["put lists, code blocks and further paragraphs into the prompt or the question's explain"])
            return rendered.html
        }
        return RenderedQuiz(title: quiz.title, fields: fields, prompts: prompts)
    }
}

/// The inside of `<p>(…</p>`; nil when there is more than this one paragraph.
private func insideOfParagraph(_ html: [UInt8]) -> [UInt8]? {
    var body = html[...]
    while body.last == 0x0A { body.removeLast() }
    let open = Array("<p>(".utf8), close = Array("</p>".utf8)
    guard body.starts(with: open), body.suffix(close.count).elementsEqual(close) else { return nil }
    let inside = body.dropFirst(open.count).dropLast(close.count)
    let isOne = !inside.indices.contains { inside[$0...].starts(with: close) }
    return isOne ? Array(inside) : nil
}

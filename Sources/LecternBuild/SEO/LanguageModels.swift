import LecternContent
import LecternCore

/// llms.txt: a Markdown list of what the site teaches, for programs that read for people (after the llms.txt proposal:
/// a heading, a quotation, sections of links). It names what is on public pages only.
struct LanguageModelsFile {
    let context: SiteContext

    func heading() -> [UInt8] {
        let settings = context.settings
        var out: [UInt8] = []
        out.append(text: "# \(line(settings.title[settings.language]))\n")
        if !settings.description.isEmpty { out.append(text: "\n> \(line(settings.description[settings.language]))\n") }
        return out
    }

    func section(_ course: CourseFact) -> [UInt8] {
        var out: [UInt8] = []
        out.append(text: "\n## [\(line(course.title))](\(context.address.absolute(course.path)))\n\n")
        if !course.description.isEmpty { out.append(text: line(course.description) + "\n\n") }
        for lesson in course.lessons {
            out.append(text: "- [\(line(lesson.title))](\(context.address.absolute(lesson.path)))")
            if lesson.access == .paid { out.append(": paid") }
            out.append("\n")
        }
        return out
    }

    /// Text on one line, without what would end a link's text.
    private func line(_ text: String) -> String {
        let others: [UInt8: UInt8] = [0x0A: 0x20, UInt8(ascii: "["): UInt8(ascii: "("), UInt8(ascii: "]"): UInt8(ascii: ")")]
        guard text.utf8.contains(where: { others[$0] != nil }) else { return text }
        return String(decoding: text.utf8.map { others[$0] ?? $0 }, as: UTF8.self)
    }
}

import LecternContent
import LecternCore

/// llms.txt: a Markdown list of what the site teaches, for programs that read for people (after the llms.txt proposal:
/// a heading, a quotation, sections of links). It names what is on public pages only.
struct LanguageModelsFile {
    func bytes(_ courses: [CourseFact], _ context: SiteContext) -> [UInt8] {
        let settings = context.settings
        var out: [UInt8] = []
        out.append(text: "# \(line(settings.title[settings.language]))\n")
        if !settings.description.isEmpty { out.append(text: "\n> \(line(settings.description[settings.language]))\n") }
        for course in courses {
            out.append(text: "\n## [\(line(course.title))](\(context.address.absolute(course.path)))\n\n")
            if !course.description.isEmpty { out.append(text: line(course.description) + "\n\n") }
            for lesson in course.lessons {
                out.append(text: "- [\(line(lesson.title))](\(context.address.absolute(lesson.path)))")
                if lesson.access == .paid { out.append(": paid") }
                out.append("\n")
            }
        }
        return out
    }

    private func line(_ text: String) -> String { text.replacing("\n", with: " ").replacing("[", with: "(").replacing("]", with: ")") }
}

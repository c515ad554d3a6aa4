import LecternCore
import LecternMarkup

extension UnitBuilder {
    func addToSearch(
        title: String, path: String, language: String, course: String, headings: [MarkdownPage.Heading], text: [UInt8], description: String
    ) {}
}

func writeSearch(_ units: [() -> [UInt8]], in unit: UnitBuilder) throws(Problem) {}

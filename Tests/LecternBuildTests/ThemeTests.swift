import Foundation
import LecternCore
import LecternLayouts
import Testing

@testable import LecternBuild
@testable import LecternContent

@Suite struct ThemeTests {
    private static let folders = ["icons", "layouts", "scripts", "styles", "words"]

    @Test(arguments: folders)
    func `every file of the theme is embedded as it is on disk`(folder: String) throws {
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/LecternTheme/" + folder).standardized
        let names = try FileManager.default.contentsOfDirectory(atPath: source.path(percentEncoded: false))
        let embedded = themeFiles(in: folder)
        #expect(Set(names) == Set(embedded.keys))
        for name in names { #expect(Array(try Data(contentsOf: source.appending(path: name))) == embedded[name], "\(folder)/\(name)") }
    }

    @Test func `every layout asks only for names that exist`() {
        let layouts = LayoutSet(
            theme: themeFiles(in: "layouts"), overrides: [:], shapes: layoutShapes(words: Words(language: "zh")), overrideFolder: "layouts")
        #expect(layouts.problems.map(\.description) == [])
    }

    @Test func `the interface says the same things in Chinese and in English`() throws {
        let chinese = try words("zh"), english = try words("en")
        #expect(Set(chinese.keys) == Set(english.keys))
        for (name, text) in chinese {
            #expect(!text.isEmpty && english[name]?.isEmpty == false, "\(name) is empty")
            #expect(places(text) == places(english[name] ?? ""), "\(name) has other places to fill in")
        }
    }

    @Test func `the words that the program itself asks for are there`() {
        for language in ["zh", "en"] {
            let words = Words(language: language)
            let names = [
                "allConcepts", "allTags", "dateForm", "durationHours", "durationMinutes", "lessonCountMany", "lessonCountOne", "missingText",
                "missingTitle", "months", "pageNumber", "search", "searchLabel", "tagCountMany", "tagCountOne",
            ]
            for name in names { #expect(words[name] != "", "\(name) in \(language)") }
            #expect(words["months"].split(separator: " ").count == 12)
        }
    }

    /// A site's Content-Security-Policy lets nothing of this kind run.
    @Test func `no layout holds an inline style, script or handler, or asks another host for anything`() throws {
        let forbidden = try Regex(#"\sstyle=|\son[a-z]+=|<style|<script>|javascript:|(src|href)="(https?:)?//"#)
        for (name, bytes) in themeFiles(in: "layouts") {
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.firstMatch(of: forbidden) == nil, "\(name)")
        }
        for (name, bytes) in themeFiles(in: "styles") {
            #expect(!String(decoding: bytes, as: UTF8.self).contains("url("), "\(name)")
        }
    }

    @Test(arguments: [("sales", ".course-head"), ("player", ".player-stage"), ("quiz", ".option-note")])
    func `what only some pages show has a style sheet of its own`(name: String, selector: String) throws {
        let assets = Assets(theme: .init(), overrides: [:])
        let common = try #require(assets.files.first { $0.path == assets.path("style.css") })
        let own = try #require(assets.files.first { $0.path == assets.path(name + ".css") })
        #expect(!String(decoding: common.bytes, as: UTF8.self).contains(selector))
        #expect(String(decoding: own.bytes, as: UTF8.self).contains(selector))
    }

    @Test func `a published style sheet lacks only what no browser reads`() throws {
        let written = """
            /* a note */
            ul :is(a, b)::before { content: "a : { b }"; margin: 0 auto }
              @media (min-width: 60em) { a { color: red } }
            """
        let assets = Assets(theme: .init(), overrides: ["own.css": Array(written.utf8)])
        let sheet = try #require(assets.files.first { $0.path == assets.path("style.css") })
        let published = """
            ul :is(a,b)::before{content:"a : { b }";margin:0 auto}
            @media (min-width:60em){a{color:red}}
            """
        #expect(String(decoding: sheet.bytes, as: UTF8.self).hasSuffix(published))
    }

    private func words(_ language: String) throws -> [String: String] {
        let bytes = try #require(themeFiles(in: "words")[language + ".yml"])
        let entries = try readYAML(bytes, file: language + ".yml").entries ?? []
        let words = Dictionary(entries.map { ($0.key, $0.value.text ?? "") }) { first, _ in first }
        #expect(words.count == entries.count, "a word stands twice in \(language).yml")
        return words
    }

    /// The `{…}` of a text.
    private func places(_ text: String) -> Set<Substring> {
        Set(text.split(separator: "{", omittingEmptySubsequences: false).dropFirst().map { $0.prefix { $0 != "}" } })
    }
}

import Foundation
import LecternCore
import Testing

@testable import LecternContent

/// What `site.yml` says, and what is said when it is silent.
@Suite struct SiteSettingsTests {
    private func read(_ text: String?, baseURL: String? = nil) -> (SiteSettings, [Problem]) {
        readSettings(text.map { Array($0.utf8) }, file: "site.yml", folderName: "02-my-site", baseURL: baseURL)
    }

    @Test func `without a file everything has a default`() {
        for text in [nil, "", "# only a comment\n"] {
            let (settings, problems) = read(text)
            #expect(problems == [])
            #expect(settings.title["zh"] == "My site")
            #expect(settings.languages == ["zh"])
            #expect((settings.origin, settings.root, settings.companion) == ("", "/", nil))
            #expect(settings.currency == .cny)
            #expect(settings.beacons)
        }
    }

    @Test(arguments: [
        ("https://me.example", "https://me.example", "/"), ("https://me.example/", "https://me.example", "/"),
        ("https://me.example/learn", "https://me.example", "/learn/"), ("http://localhost:8000/a/b/", "http://localhost:8000", "/a/b/"),
    ])
    func `an address is an origin and the path that the site lives under`(text: String, origin: String, root: String) {
        let (settings, problems) = read("baseURL: \(text)\n")
        #expect(problems == [])
        #expect((settings.origin, settings.root) == (origin, root))
    }

    @Test(arguments: ["me.example", "ftp://me.example", "https://", "https:///x", "https://me.example/?a", "https://me example/"])
    func `anything else is no address`(text: String) {
        #expect(read("baseURL: \"\(text)\"\n").1.count == 1)
    }

    @Test func `the command line's address wins`() {
        #expect(read("baseURL: https://a.example/\n", baseURL: "https://b.example/x").0.root == "/x/")
    }

    @Test func `a text may have translations, another language falls back to the first`() {
        let (settings, problems) = read("languages: [en, zh, ja]\ntitle: {en: Site, zh: 网站}\nauthor: {name: {en: Lin, zh: 林}, bio: Teacher}\n")
        #expect(problems == [])
        #expect((settings.title["zh"], settings.title["ja"]) == ("网站", "Site"))
        #expect((settings.author?.name["zh"], settings.author?.bio?["zh"]) == ("林", "Teacher"))
    }

    @Test func `language names the first of the languages`() {
        #expect(read("language: en\nlanguages: [zh, en]\n").0.languages == ["en", "zh"])
        #expect(read("language: pt-BR\n").0.languages == ["pt-BR"])
    }

    @Test func `redirects are a map or a list`() {
        #expect(read("redirects: {/a/: /b/}\n").0.redirects.map(\.to) == ["/b/"])
        let (settings, problems) = read("redirects:\n  - {from: /a/, to: \"https://x.example/\"}\n  - {from: a, to: /b/}\n")
        #expect(settings.redirects.map(\.from) == ["/a/"])
        #expect(problems.map(\.line) == [3])
    }
}

/// What a site is written in that does not say so.
@Suite struct SiteLanguageTests {
    private func language(_ files: [String: String]) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "lectern-language-\(UUID().uuidString)/course")
        defer { do { try FileManager.default.removeItem(at: folder.deletingLastPathComponent()) } catch { Issue.record(error) } }
        for (path, text) in files {
            let file = folder.appending(path: path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return detectedLanguage(of: try SiteFolder(folder.path))
    }

    @Test func `a folder is in the language that its texts are written in`() throws {
        #expect(try language(["01-a.md": "# Variables\n\nA variable is a label. 中文 is two characters.\n"]) == "en")
        #expect(try language(["01-a.md": "# 变量\n\n变量是标签，用 Python 的 print 打印。\n\n```python\nprint(price * cups) # this is all in English\nfor line in file: total = total + 1\n```\n"]) == "zh")
        #expect(try language(["01-a.md": "# 変数\n\n変数はラベルです。\n"]) == "ja")
        #expect(try language(["01-a.md": "# 변수\n\n변수는 이름표입니다.\n"]) == "ko")
        #expect(try language(["content/courses/a/01-a.md": "---\ntitle: 变量\ndescription: 一张标签\n---\n一。\n"]) == "zh")
    }

    @Test func `films have names to tell it by, an empty site is Chinese`() throws {
        #expect(try language(["01-intro.mp4": "", "02-the-loop.mp4": ""]) == "en")
        #expect(try language(["01-介绍.mp4": "", "02-循环.mp4": ""]) == "zh")
        #expect(try language(["content/notes.txt": "x"]) == "zh")
    }
}

import Foundation
import LecternLayouts
import Testing

@testable import LecternBuild

/// What the documentation and the sample files for hosts promise, held against what the program does.
@Suite struct DocumentationTests {
    @Test func `docs/layouts.md names everything that a layout receives`() throws {
        let written = try wordsInCode(text("docs/layouts.md"))
        let received = layoutShapes(words: Words(language: "en")).values.map { names($0) }.reduce(into: Set()) { $0.formUnion($1) }
        #expect(received.subtracting(written).sorted() == [])
    }

    @Test func `docs/layouts.md names only layouts that the theme has`() throws {
        let theme = Set(themeFiles(in: "layouts").keys)
        let layouts = try text("docs/layouts.md").matches(of: /`([a-z0-9-]+\.html)`/).map { String($0.output.1) }
        #expect(Set(layouts).subtracting(theme).sorted() == [])
    }

    @Test(arguments: ["deploy/nginx.conf", "deploy/Caddyfile"])
    func `the sample files send the headers that _headers asks for`(file: String) throws {
        let sample = try text(file)
        let lines = String(decoding: HostFiles.headers(policy: HostFiles.policy(companion: nil), root: "/"), as: UTF8.self)
            .split(separator: "\n").filter { $0.hasPrefix("  ") }
        #expect(lines.count > 6)
        for line in lines {
            let parts = line.trimmingPrefix("  ").split(separator: ": ", maxSplits: 1)
            let value = String(parts[1])
            let isSent = sample.split(separator: "\n").contains { $0.contains(parts[0]) && $0.contains(value) }
            // nginx takes the two values of Cache-Control from a table.
            #expect(isSent || (parts[0] == "Cache-Control" && sample.contains(value)), "\(file): \(line)")
        }
    }

    @Test func `a link in the documentation leads to a file that is there`() throws {
        let folder = root.appending(path: "docs")
        let documents =
            try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)).filter { $0.hasSuffix(".md") }
            .map { "docs/" + $0 } + ["README.md", "README.zh.md", "CHANGELOG.md", "THIRD_PARTY.md", "Sources/README.md"]
        for document in documents {
            let place = root.appending(path: document).deletingLastPathComponent()
            let lines = withoutFences(try text(document))
            for match in lines.matches(of: /\]\(([^)#: ]+)(#[^)]*)?\)/) {
                let target = place.appending(path: String(match.output.1)).standardized.path(percentEncoded: false)
                #expect(isExample(match.output.0, in: lines) || FileManager.default.fileExists(atPath: target), "\(document): \(match.output.1)")
            }
        }
    }

    private var root: URL { URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../").standardized }

    private func text(_ path: String) throws -> String { try String(contentsOf: root.appending(path: path), encoding: .utf8) }

    /// The parts of names between backquotes: `course.chapters[].lessons[]` has course, chapters and lessons.
    private func wordsInCode(_ text: String) throws -> Set<String> {
        Set(text.matches(of: /`([^`\n]+)`/).flatMap { $0.output.1.split { !$0.isLetter && !$0.isNumber }.map(String.init) })
    }

    /// All field names of a shape. The words of the interface are in the theme's own files.
    private func names(_ shape: LayoutShape) -> Set<String> {
        switch shape {
        case .text, .html, .flag, .any: return []
        case .list(let element): return names(element)
        case .fields(let fields):
            return fields.reduce(into: []) { all, field in
                all.insert(field.key)
                if field.key != "words" { all.formUnion(names(field.value)) }
            }
        }
    }

    private func withoutFences(_ text: String) -> String {
        var fence: Substring?
        return text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            let marks = line.prefix { $0 == "`" }
            guard let open = fence else {
                if marks.count >= 3 { fence = marks }
                return marks.count < 3
            }
            if marks == open { fence = nil }
            return false
        }.joined(separator: "\n")
    }

    /// A link between backquotes shows how links are written.
    private func isExample(_ link: Substring, in text: String) -> Bool {
        let line = text[text.lineRange(for: link.startIndex..<link.endIndex)]
        return line[..<link.startIndex].filter { $0 == "`" }.count % 2 == 1
    }
}

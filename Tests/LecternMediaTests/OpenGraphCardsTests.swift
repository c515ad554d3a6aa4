import Foundation
import LecternCore
import Testing

@testable import LecternMedia

@Suite struct OpenGraphCardsTests {
    let folder: TestFolder
    /// As it was built beside these tests.
    let program = Program(
        path: URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path + "/lectern-draw")
    let request = CardRequest(title: "Python 入门：从零到一", siteTitle: "林间课堂", language: "zh", accent: "#1f6b57", hue: 3)

    init() throws {
        folder = try TestFolder()
    }

    private func drawing(_ program: Program?, in cache: String = "cache") -> OpenGraphCards {
        OpenGraphCards(cacheFolder: "\(folder.path)/\(cache)", program: program)
    }

    @Test func `a card is a small PNG of the size that other sites ask for`() throws {
        let card = try #require(try drawing(program).card(request))
        let bytes = try readFile(card.cacheFile)
        #expect(try imageHeader(bytes) == ImageHeader(kind: .png, width: 1200, height: 630))
        #expect(bytes.count < 60_000)
    }

    @Test func `the same request gives the same bytes, another title others`() throws {
        let first = try #require(try drawing(program, in: "one").card(request))
        let second = try #require(try drawing(program, in: "two").card(request))
        #expect(try first.digest == second.digest && readFile(first.cacheFile) == readFile(second.cacheFile))
        var other = request
        other.title = "Python 入门：从零到二"
        let third = try #require(try drawing(program, in: "two").card(other))
        #expect(try third.digest != first.digest && readFile(third.cacheFile) != readFile(first.cacheFile))
    }

    @Test func `a poster is the card and a code below it`() throws {
        var poster = request
        poster.code = .init(url: "https://me.example/courses/python/?utm_source=wechat", hint: "扫一扫，了解详情")
        let drawn = try #require(try drawing(program).card(poster))
        let bytes = try readFile(drawn.cacheFile)
        #expect(try imageHeader(bytes) == ImageHeader(kind: .png, width: 1200, height: 1600))
        #expect(bytes.count < 80_000)
        #expect(CardRequest(line: poster.line[...]) == poster)
        poster.code?.url = "https://me.example/other/"
        #expect(try drawing(program).card(poster)?.digest != drawn.digest)
    }

    @Test func `an address that no code can hold is told`() throws {
        var poster = request
        poster.code = .init(url: "https://me.example/" + String(repeating: "x", count: 600), hint: "")
        let problem = #expect(throws: Problem.self) { try drawing(program).card(poster) }
        #expect(problem?.message.contains("no code holds the address") == true)
    }

    @Test func `a card that the cache holds starts nothing`() throws {
        let first = try drawing(program).card(request)
        #expect(try drawing(Program(path: "/nowhere")).card(request) == first)
    }

    @Test func `one program draws all cards, whatever their titles are`() throws {
        let cards = drawing(program)
        let titles = [
            "", " ", "🚀", "\t\n\r\0", "مقدمة في البرمجة", String(repeating: "长", count: 5000), String(repeating: "w", count: 5000),
            "<b>&amp;</b>", "a: b", "：", "a\u{2028}b", "\u{202E}abc", "e\u{301}\u{301}\u{301}",
        ]
        for title in titles {
            for language in ["zh", "ar"] {
                let request = CardRequest(title: title, kicker: title, siteTitle: title, language: language, accent: "no colour", hue: nil)
                let card = try #require(try cards.card(request))
                #expect(try imageHeader(readFile(card.cacheFile)).width == 1200)
            }
        }
    }

    @Test func `a site may be built without the drawing program, with one warning`() throws {
        let cards = drawing(nil)
        #expect(try cards.card(request) == nil)
        #expect(try cards.card(CardRequest(title: "b", siteTitle: "", language: "en", accent: "", hue: nil)) == nil)
        #expect(cards.warnings.count == 1 && cards.warnings[0].severity == .warning)
    }

    @Test func `missing Chinese fonts are named by their package, and the card is drawn again by the next build`() throws {
        let script = try folder.write(
            Array("#!/bin/sh\nwhile IFS='\t' read -r path rest; do echo x >> \"$path\"; echo \"drawn 入门\"; done\n".utf8), "draw")
        chmod(script, 0o755)
        let cards = drawing(Program(path: script))
        let first = try #require(try cards.card(request))
        let second = try #require(try cards.card(request))
        #expect(cards.warnings.map(\.help) == [["install one: apt install fonts-noto-cjk"]])
        #expect(first.cacheFile.hasSuffix("-incomplete.png") && first == second)
        #expect(try folder.files("cache/card").count == 1)
        let drawn = try #require(try drawing(program).card(request))
        #expect(drawn.digest != first.digest, "what is drawn with fonts has another name")
    }

    @Test func `a character that no font has is named`() throws {
        let cards = drawing(program)
        _ = try cards.card(CardRequest(title: "a \u{10FFFD}", siteTitle: "", language: "en", accent: "#000000", hue: 1))
        #expect(cards.warnings.count == 1 && cards.warnings[0].message.hasSuffix(": \u{10FFFD}"))
    }

    @Test func `a drawing program that fails is quoted`() throws {
        let script = try folder.write(Array("#!/bin/sh\necho no libpango >&2\nexit 1\n".utf8), "draw")
        chmod(script, 0o755)
        let problem = #expect(throws: Problem.self) { try drawing(Program(path: script)).card(request) }
        #expect(problem?.message.hasSuffix("draw ended early: no libpango") == true)
    }

    @Test func `a request is one line, whatever its words hold`() {
        let request = CardRequest(title: " a\tb\nc\u{0}d  e ", kicker: "\t", siteTitle: "s", language: "en", accent: "#123456", hue: nil)
        #expect(request.line == "a b cd e\t\ts\ten\t#123456\t")
        #expect(CardRequest(line: request.line[...])?.title == "a b cd e")
        #expect(CardRequest(line: "too\tfew") == nil)
    }
}

import Testing

@testable import LecternContent

@Suite struct LocalNameTests {
    private func parts(_ file: Substring) -> [String?] {
        let local = LocalName(file, languages: ["zh", "en"])
        return [String(local.stem), local.language, local.type]
    }

    @Test func `a language of the site stands before the ending`() {
        #expect(parts("02-loops.EN.md") == ["02-loops", "en", "md"])
        #expect(parts("02-loops.md") == ["02-loops", nil, "md"])
        #expect(parts("notes.ja.md") == ["notes.ja", nil, "md"])
    }

    @Test func `captions may be in a language that the site is not`() {
        #expect(parts("film.ja.vtt") == ["film", "ja", "vtt"])
        #expect(parts("film.pt-BR.srt") == ["film", "pt-BR", "srt"])
        #expect(parts("film.zh-Hant.vtt") == ["film", "zh-Hant", "vtt"])
        #expect(parts("film.yue.vtt") == ["film", "yue", "vtt"])
        #expect(parts("film.cut.vtt") == ["film.cut", nil, "vtt"])
        #expect(parts("film.01.vtt") == ["film.01", nil, "vtt"])
    }
}

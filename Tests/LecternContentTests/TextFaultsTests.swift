import Foundation
import LecternCore
import Testing

@testable import LecternContent

/// Characters that show nothing and that neither HTML nor XML may hold.
@Suite struct TextFaultsTests {
    @Test(arguments: [("a", 0x0B), ("中", 0x0C), ("", 0x7F), ("ab", 0x85), ("", 0xFDD0), ("é", 0xFFFE), ("", 0x1FFFF)] as [(String, UInt32)])
    func `a text with one of them is not read`(before: String, value: UInt32) throws {
        let text = before + String(Character(try #require(Unicode.Scalar(value)))) + "b"
        #expect(firstFault(in: Array(text.utf8)) == TextFault(offset: before.utf8.count, refused: value))
    }

    @Test func `white space, every script and what joins letters are no such characters`() {
        let text = "\u{FEFF}a\tb\r\n中文，é ﷺ \u{FFFD} \u{200D}👩‍🏫 \u{A0}\u{FDCF}\u{FDF0}"
        #expect(firstFault(in: Array(text.utf8)) == nil)
    }

    @Test func `an escape in YAML or TOML brings none in`() {
        let yaml = readFrontMatter(Array("---\ntitle: T\ndescription: \"a\\x0Bb\"\n---\n".utf8), file: "a.md", currency: .cny)
        #expect(yaml.problems.map { "\($0.line ?? 0) \($0.message)" } == ["3 this line holds the character U+000B, which shows nothing and no page may hold"])
        let toml = readFrontMatter(Array("+++\ntitle = \"T\"\ndescription = \"a\\u007Fb\"\n+++\n".utf8), file: "a.md", currency: .cny)
        #expect(toml.problems.map { "\($0.line ?? 0) \($0.message)" } == ["3 this line holds the character U+007F, which shows nothing and no page may hold"])
    }

    @Test func `captions with one say in which line`() {
        let (captions, problems) = Captions.read(Array("WEBVTT\n\n00:00.000 --> 00:01.000\na\u{01}b\n".utf8), file: "a.vtt")
        #expect(captions.webVTT == [] && problems.map(\.line) == [4])
    }
}

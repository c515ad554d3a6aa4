import LecternCore
import Testing

@testable import LecternContent

@Suite struct CaptionsTests {
    private func read(_ text: String, _ file: String = "a.zh.vtt") -> (captions: Captions, problems: [Problem]) {
        Captions.read(Array(text.utf8), file: file)
    }

    /// "error 4: message" for each problem.
    private func told(_ text: String, _ file: String = "a.zh.vtt") -> [String] {
        read(text, file).problems.map { "\($0.severity.rawValue) \($0.line ?? 0): \($0.message)" }
    }

    @Test func `times are read with and without hours, identifiers, settings and notes`() {
        let text = """
            WEBVTT - 第一课
            Kind: captions

            NOTE
            two lines
            of a note

            STYLE
            ::cue { color: white }

            REGION
            id:left

            first
            00:01.000 --> 00:04.500 line:0 position:20%,line-left align:start
            变量就像
            一个<b>盒子</b>。

            101:02:03.004 --> 101:02:05.000
            <v.loud Ann Lee>Tom &amp; <i>Jerry</i> &lt;3 &#x4E2D;
            """
        let result = read(text)
        #expect(result.problems.isEmpty)
        #expect(
            result.captions.cues == [
                Cue(startMilliseconds: 1000, endMilliseconds: 4500, text: "变量就像\n一个盒子。", line: 15),
                Cue(
                    startMilliseconds: 363_723_004, endMilliseconds: 363_725_000, text: "Tom & Jerry <3 中",
                    voice: "Ann Lee", line: 19),
            ])
        #expect(result.captions.webVTT == Array(text.utf8))
    }

    @Test func `line ends of every system and a byte order mark are understood, the mark is not published`() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["WEBVTT", "", "00:01.000 --> 00:02.000", "你好", "", "00:02.000 --> 00:03.000", "再见"]
                .joined(separator: end)
            let result = Captions.read([0xEF, 0xBB, 0xBF] + Array(text.utf8), file: "a.vtt")
            #expect(result.problems.isEmpty)
            #expect(result.captions.cues.map(\.text) == ["你好", "再见"])
            #expect(result.captions.cues.map(\.line) == [3, 6])
            #expect(result.captions.webVTT == Array(text.utf8))
        }
    }

    @Test(arguments: [
        ("00:00:01,000 --> 00:00:02,000", "00:00:01.000 --> 00:00:02.000"),
        ("0:00:01.000 --> 0:00:02.000", "00:00:01.000 --> 00:00:02.000"),
        ("00:01.0 --> 00:02.50", "00:00:01.000 --> 00:00:02.500"),
        ("00:01.000-->00:02.000", "00:00:01.000 --> 00:00:02.000"),
        ("00:01.000 -> 00:02.000", "00:00:01.000 --> 00:00:02.000"),
        (" 00:01.000 --> 00:02.000", "00:00:01.000 --> 00:00:02.000"),
        ("1 --> 2", exampleTimes),
        ("00:61.000 --> 00:62.000", exampleTimes),
        ("00:00:01.000 -->", exampleTimes),
    ])
    func `a broken timing line is an error, with the line that was probably meant`(line: String, mend: String) {
        let result = read("WEBVTT\n\n\(line)\n你好\n\n00:05.000 --> 00:06.000\n再见\n")
        #expect(
            result.problems == [
                Problem(.error, "the times cannot be read: \(line)", file: "a.zh.vtt", line: 3, help: ["write: \(mend)"])
            ])
        #expect(result.captions.cues.map(\.text) == ["再见"])
    }

    @Test func `every problem is told at once, in the order of its lines`() {
        let text = """
            WEBVTT
            00:01.000 --> 00:02.000
            no empty line under the header

            00:05.000 --> 00:04.000
            backwards

            00:06.000 --> 00:06.000
            no time

            00:03.000 --> 00:04.000
            too early

            lost text
            goes on

            00:08.000 --> 00:09.000
            one
            00:09.000 --> 00:10.000
            two

            NOTE
            00:11.000 --> 00:12.000
            hidden?
            """
        #expect(
            told(text) == [
                "error 2: there is no empty line below the header",
                "error 5: this caption ends before it starts",
                "error 8: this caption lasts no time",
                "error 11: this caption starts before the one above it, at line 8",
                "error 14: this text has no times",
                "error 19: there is no empty line between this caption and the one above it",
                "error 23: NOTE must not contain \"-->\": browsers take it for a caption",
            ])
    }

    @Test func `what browsers would ignore is a warning`() {
        let text = """
            WEBVTT

            one
            00:01.000 --> 00:02.000 lin:0 align:middle size:50% size:60%
            if a < b then

            one
            00:02.000 --> 00:03.000
            <font color="red">red</font>
            <i>slanted

            00:04.000 --> 00:05.000

            STYLE
            ::cue { color: red }
            """
        #expect(
            told(text) == [
                "warning 4: \"lin:0\" is not a setting of a caption",
                "warning 4: \"middle\" is not a value of the setting \"align\"",
                "warning 4: the setting \"size\" is there twice",
                "warning 5: a \"<\" that begins no tag hides the text after it",
                "warning 7: another caption has this identifier, at line 3",
                "warning 9: </font> is not a tag of captions",
                "warning 9: <font> is not a tag of captions",
                "warning 10: <i> is not closed",
                "warning 12: this caption has no text",
                "warning 14: STYLE after the first caption has no effect",
            ])
    }

    @Test func `overlapping captions are one warning, however many there are`() {
        let text = """
            WEBVTT

            00:01.000 --> 00:03.000
            a

            00:02.000 --> 00:05.000
            b

            00:04.000 --> 00:06.000
            c
            """
        #expect(told(text) == ["warning 6: this caption starts before the one above it ends, and 1 more below do the same"])
    }

    @Test(arguments: ["", "\n\n \n", "\u{FEFF}"])
    func `an empty file is an error`(text: String) {
        #expect(told(text) == ["error 0: this caption file is empty"])
    }

    @Test func `a file without captions, without a header or without text is an error`() {
        #expect(told("WEBVTT\n\nNOTE nothing yet\n") == ["error 0: there is no caption in this file"])
        #expect(told("WEBVTTX\n\n00:01.000 --> 00:02.000\na\n") == ["error 1: the first line is not WEBVTT"])
        #expect(told("WEBVTT\n\n00:01.000 --> 00:02.000\na\0b\n") == ["error 4: this is not a text file"])
    }

    @Test func `SubRip under the name of WebVTT says how to rename it`() {
        let problems = read("1\n00:00:01,000 --> 00:00:02,000\na\n", "lesson/intro.zh.vtt").problems
        #expect(problems.map(\.help) == [["this looks like SubRip: rename it to \"intro.zh.srt\", it will be converted"]])
    }

    @Test func `SubRip is published as WebVTT`() throws {
        let text = "1\r\n00:00:01,000 --> 00:00:02,500\r\n<font color=\"#fff\">变量 <i>x</i></font>\r\na < b && b > c\r\n\r\n"
            + "2\r\n01:00:03,000 --> 01:00:04,000 X1:10\r\n{\\an8}在上方\r\n\r\n\r\n"
        let result = read(text, "a.SRT")
        #expect(result.problems.isEmpty)
        #expect(result.captions.cues.map(\.text) == ["变量 x\na < b && b > c", "在上方"])
        #expect(
            String(decoding: result.captions.webVTT, as: UTF8.self) == """
                WEBVTT

                00:00:01.000 --> 00:00:02.500
                变量 <i>x</i>
                a &lt; b &amp;&amp; b &gt; c

                01:00:03.000 --> 01:00:04.000 line:0
                在上方

                """)
        let again = Captions.read(result.captions.webVTT, file: "a.vtt")
        #expect(again.problems.isEmpty)
        #expect(again.captions.cues.map(\.text) == result.captions.cues.map(\.text))
    }

    @Test func `a broken SubRip file is told as strictly`() {
        let text = "1\n00:00:01,000 --> 00:00:02\na\n\n2\n00:00:04,000 --> 00:00:03,000\nb\n\nc\n"
        #expect(
            told(text, "a.srt") == [
                "error 2: the times cannot be read: 00:00:01,000 --> 00:00:02",
                "error 6: this caption ends before it starts",
                "error 9: this text has no times",
            ])
    }

    @Test func `UTF-16 and GBK are converted, with a warning that shows a line`() {
        let text = "WEBVTT\n\n00:01.000 --> 00:02.000\n今天学习变量\n"
        let units = Array(text.utf16)
        let little = units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big = units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        for bytes in [[0xFF, 0xFE] + little, [0xFE, 0xFF] + big, little, big] {
            let result = Captions.read(bytes, file: "a.vtt")
            #expect(result.captions.cues.map(\.text) == ["今天学习变量"])
            #expect(result.captions.webVTT == Array(text.utf8))
            #expect(result.problems.map(\.message) == ["this file is in UTF-16, not in UTF-8; it was converted"])
        }

        // 今天学习变量
        let gbk: [UInt8] = [0xBD, 0xF1, 0xCC, 0xEC, 0xD1, 0xA7, 0xCF, 0xB0, 0xB1, 0xE4, 0xC1, 0xBF]
        let result = Captions.read(Array("WEBVTT\n\n00:01.000 --> 00:02.000\n".utf8) + gbk + [10], file: "a.vtt")
        #expect(result.captions.webVTT == Array(text.utf8))
        #expect(
            result.problems == [
                Problem(
                    .warning, "this file is in GBK, not in UTF-8; it was converted", file: "a.vtt", line: 4,
                    help: ["this line was read as: 今天学习变量", "save it as UTF-8 to be sure of every character"])
            ])
    }

    @Test func `bytes of no known encoding are an error at their line`() {
        let result = Captions.read(Array("WEBVTT\n\n00:01.000 --> 00:02.000\ncaf".utf8) + [0xE9, 0x0A], file: "a.vtt")
        #expect(result.problems.map(\.message) == ["this line is neither UTF-8 nor GBK"])
        #expect(result.problems.map(\.line) == [4])
        #expect(result.captions.cues.isEmpty)
    }

    @Test func `captions beyond the film's end are a warning`() {
        let captions = read("WEBVTT\n\n00:01.000 --> 00:02.000\na\n\n00:09.000 --> 00:10.000\nb\n").captions
        #expect(captions.problems(beyond: 10_000, file: "a.vtt").isEmpty)
        #expect(
            captions.problems(beyond: 9_000, file: "a.vtt").map(\.description) == [
                """
                a.vtt:6: warning: this caption starts after the film has ended, at 0:09
                  are these the captions of another cut of the film?
                """
            ])
    }

    @Test func `random bytes never bring the reader down`() {
        var seed: UInt64 = 7
        let pieces: [[UInt8]] = [
            "WEBVTT", "\n", "\n\n", "\r\n", "-->", "00:01.000", " --> ", "<v ", ">", "<", "</i>", "&", "&#", ";", "NOTE", "1", "{\\an8",
            "STYLE", ":", ",", "中",
        ].map { Array($0.utf8) } + [[0xFF], [0xFE], [0], [0xE4, 0xB8], [0x81, 0x30]]
        for round in 0..<3000 {
            var bytes: [UInt8] = round.isMultiple(of: 2) ? Array("WEBVTT\n\n".utf8) : []
            for _ in 0..<30 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes += pieces[Int(seed >> 33) % pieces.count]
            }
            let result = Captions.read(bytes, file: round.isMultiple(of: 3) ? "a.srt" : "a.vtt")
            if !result.problems.contains(where: { $0.severity == .error }) {
                #expect(!result.captions.cues.isEmpty)
                #expect(result.captions.cues.allSatisfy { $0.startMilliseconds < $0.endMilliseconds })
            }
        }
    }
}

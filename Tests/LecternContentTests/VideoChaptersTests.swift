import LecternCore
import Testing

@testable import LecternContent

@Suite struct VideoChaptersTests {
    @Test(arguments: [
        ("83", 83_000), ("0", 0), ("1:23", 83_000), ("01:02:03", 3_723_000), ("90:00", 5_400_000), ("1:23.5", 83_500),
        ("3.25", 3_250),
    ])
    func `a time is read as people write it`(text: String, milliseconds: Int) {
        #expect(readClockTime(text) == milliseconds)
    }

    @Test(arguments: ["", "1:75", "1:5", "1:2:3:4", "-1", "1:", ":10", "1:23.", "1:23,5", "一分", "1:60:00", "9999999", " 83"])
    func `a time that may be a slip is refused`(text: String) {
        #expect(readClockTime(text) == nil)
    }

    @Test func `every chapter that cannot stand is told`() {
        let result = readVideoChapters(
            [("0:00", "开始", 5), ("1:75", "b", 6), ("2:00", " ", 7), ("1:00", "c", 8), ("9:00", "d", 9)],
            durationMilliseconds: 300_000, file: "a.md")
        #expect(
            result.problems.map(\.description) == [
                """
                a.md:6: error: "1:75" is not a time
                  write minutes and seconds: 1:23, or 1:02:03, or seconds: 83
                """,
                """
                a.md:7: error: this chapter has no title
                  write a few words after its time
                """,
                """
                a.md:8: error: this chapter starts at 1:00, not after the one above it, at 2:00
                  put chapters in the order of their times, or mend the time
                """,
                """
                a.md:9: error: this chapter starts at 9:00, after the film has ended, at 5:00
                  mend the time, or remove the chapter
                """,
            ])
    }

    @Test func `chapters are written as WebVTT that our own reader accepts`() {
        let chapters = [
            VideoChapter(startMilliseconds: 0, title: "a < b --> c"), VideoChapter(startMilliseconds: 83_500, title: "结束 & 更多"),
        ]
        let text = webVTTChapters(chapters, durationMilliseconds: 100_000)
        #expect(
            String(decoding: text, as: UTF8.self) == """
                WEBVTT

                00:00:00.000 --> 00:01:23.500
                a &lt; b --&gt; c

                00:01:23.500 --> 00:01:40.000
                结束 &amp; 更多

                """)
        let read = Captions.read(text, file: "chapters.vtt")
        #expect(read.problems.isEmpty)
        #expect(read.captions.cues.map(\.text) == chapters.map(\.title))
    }
}

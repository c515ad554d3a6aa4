import Testing

@testable import LecternContent

@Suite struct VideoChaptersTests {
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

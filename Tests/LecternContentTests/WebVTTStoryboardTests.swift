import Testing

@testable import LecternContent

@Suite struct WebVTTStoryboardTests {
    @Test func `each picture has a cue from its time to the next, the last to the film's end`() {
        let bytes = webVTTStoryboard(
            sheet: "storyboard.jpg", stepMilliseconds: 36_000, durationMilliseconds: 3_650_500, places: [(0, 0), (160, 0)] + Array(repeating: (0, 90), count: 100),
            width: 160, height: 90)
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(Array(lines.prefix(7)) == [
            "WEBVTT", "", "00:00:00.000 --> 00:00:36.000", "storyboard.jpg#xywh=0,0,160,90", "", "00:00:36.000 --> 00:01:12.000",
            "storyboard.jpg#xywh=160,0,160,90",
        ])
        #expect(Array(lines.suffix(3)) == ["01:00:36.000 --> 01:00:50.500", "storyboard.jpg#xywh=0,90,160,90", ""])
    }
}

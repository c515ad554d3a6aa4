import Testing

@testable import LecternContent

@Suite struct TranscriptTests {
    private func captions(_ cues: [(Int, Int, String)], voice: (Int) -> String? = { _ in nil }) -> Captions {
        Captions(
            cues: cues.enumerated().map { index, cue in
                Cue(startMilliseconds: cue.0, endMilliseconds: cue.1, text: cue.2, voice: voice(index))
            }, webVTT: [])
    }

    @Test func `cues that follow each other are one paragraph, a pause begins the next`() {
        let paragraphs = captions([
            (0, 2000, "A name"), (2000, 4000, "for a\nvalue."), (6000, 8000, "下一句，"), (8000, 9000, "没有标点"), (9000, 9500, "结束"),
        ]).transcript()
        #expect(paragraphs.map(\.text) == ["A name for a value.", "下一句，没有标点 结束"])
        #expect(paragraphs.map(\.startMilliseconds) == [0, 6000])
        #expect(paragraphs[1].cues.map(\.startMilliseconds) == [6000, 8000, 9000])
    }

    @Test func `a new speaker and a chapter begin a paragraph`() {
        let three = [(0, 1000, "a"), (1000, 2000, "b"), (2000, 3000, "c")]
        #expect(captions(three) { $0 == 2 ? "Ann" : nil }.transcript().map(\.text) == ["a b", "c"])
        #expect(captions(three).transcript(breaksAt: [0, 900]).map(\.text) == ["a", "b c"])
    }

    @Test func `a long paragraph ends with a sentence, or where none ends, anyway`() {
        let words = String(repeating: "词", count: 20)
        let spoken = captions((0..<20).map { ($0 * 1000, $0 * 1000 + 1000, words + ($0 == 9 ? "。" : "")) })
        #expect(spoken.transcript().map(\.cues.count) == [10, 10])
        let unpunctuated = captions((0..<20).map { ($0 * 1000, $0 * 1000 + 1000, words) })
        #expect(unpunctuated.transcript().map(\.cues.count) == [16, 4])
    }

    @Test func `a line shown twice is said once, an empty cue says nothing`() {
        let rolling = captions([(0, 2000, "a"), (1000, 3000, "a"), (3000, 4000, ""), (4000, 5000, "a")])
        #expect(rolling.transcript().map(\.text) == ["a a"])
    }
}

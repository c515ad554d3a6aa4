import LecternCore
import Testing

@Suite struct SuggestionTests {
    @Test(arguments: [
        ("titel", "title"), ("desciption", "description"), ("Title", "title"), ("pirce", "price"), ("标提", "标题"), ("tag", "tags"),
    ])
    func `a slip of the fingers is understood`(word: String, meant: String) {
        #expect(nearest(word, among: ["id", "title", "description", "price", "标题", "tags"]) == meant)
    }

    @Test(arguments: ["colour", "", "x", String(repeating: "t", count: 1000)])
    func `a word that resembles nothing is not explained`(word: String) {
        #expect(nearest(word, among: ["title", "description", "price"]) == nil)
    }

    @Test func `of two equally near the first is taken`() {
        #expect(nearest("cat", among: ["bat", "car"]) == "bat")
        #expect(nearest("cat", among: ["car", "bat"]) == "car")
    }
}

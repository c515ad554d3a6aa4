import Testing

@testable import LecternServer

struct RequestPathTests {
    private func segments(_ path: String) -> [String]? { RequestPath(path[...], below: "/api/")?.segments }

    @Test func `a slash inside an id stays inside it`() {
        #expect(segments("/api/enrollment/python/python%2Flists") == ["enrollment", "python", "python/lists"])
        #expect(segments("/api/enrollment/%E8%AF%BE%E7%A8%8B") == ["enrollment", "课程"])
    }

    @Test(arguments: [
        "/", "/api", "/other/session", "/api/", "/api//session", "/api/session/", "/api/./session", "/api/../session", "/api/%2e%2E/session",
        "/api/a%00b", "/api/a%0Ab", "/api/%", "/api/%2", "/api/%zz", "/api/%ff", "/api/%C0%AF", "/api/%ED%A0%80",
    ])
    func `what is no path of ours is none`(path: String) {
        #expect(segments(path) == nil)
    }

    @Test func `a query is read with its escapes, and never two ways`() throws {
        let query = try RequestQuery("items=a%2Cb+c&currency=CNY&empty")
        #expect(query["items"] == "a,b c" && query["currency"] == "CNY" && query["empty"] == "" && query["other"] == nil)
        let many = (0..<17).map { "a\($0)" }.joined(separator: "&")
        for text in [many, "a=1&a=2", "a=%0", "a=%00", "a=%ff", "%zz=1"] { #expect(throws: Refused.self, "\(text)") { try RequestQuery(text[...]) } }
    }
}

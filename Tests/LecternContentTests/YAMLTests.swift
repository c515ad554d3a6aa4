import LecternCore
import Testing

@testable import LecternContent

@Suite struct YAMLTests {
    private func read(_ text: String, firstLine: Int = 1) throws(Problem) -> YAMLNode {
        try readYAML(Array(text.utf8), file: "a.yml", firstLine: firstLine)
    }

    @Test func `values keep their line in the file`() throws {
        let node = try read("title: 变量\ntags:\n  - a\n  - b\n", firstLine: 2)
        #expect(node["title"]?.text == "变量")
        #expect(node["title"]?.line == 2)
        #expect(node["tags"]?.items?.map(\.line) == [4, 5])
    }

    @Test func `quoted text is text, not a number, a flag or nothing`() throws {
        let node = try read("a: \"12\"\nb: 'true'\nc: \"\"\nd:\n")
        #expect(node["a"]?.integer == nil)
        #expect(node["b"]?.flag == nil)
        #expect(node["c"]?.text == "")
        #expect(node["d"]?.isNull == true)
    }

    @Test func `an empty text is an empty mapping`() throws {
        #expect(try read("# only a comment\n").entries?.isEmpty == true)
    }

    @Test func `a colon in a text says that quotes are needed`() {
        #expect(throws: Problem.self) { try read("title: Python: the basics") }
        do throws(Problem) { _ = try read("a: 1\ntitle: Python: the basics") } catch {
            #expect(error.line == 2)
            #expect(error.help.first?.contains("quotes") == true)
        }
    }

    @Test func `a key given twice is an error on the second line`() {
        do throws(Problem) {
            _ = try read("title: a\ntitle: b")
            Issue.record("accepted")
        } catch { #expect(error.line == 2 && error.message.contains("twice")) }
    }

    @Test(arguments: [2, 16, 17, 18, 5000])
    func `also among many keys, and each keeps its value`(count: Int) throws {
        let keys = (1...count).map { "k\($0): [\($0)]\n" }.joined()
        let node = try read(keys)
        #expect(node.entries?.map(\.key) == (1...count).map { "k\($0)" })
        #expect(node["k\(count)"]?.items?.first?.integer == count)
        for twice in [1, count] {
            do throws(Problem) {
                _ = try read(keys + "k\(twice): again\n")
                Issue.record("accepted")
            } catch {
                #expect(error.line == count + 1)
                #expect(error.help == ["first on line \(twice)"])
            }
        }
    }

    @Test func `a bomb of aliases is refused`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for i in 1...9 { text += "a\(i): &a\(i) [" + Array(repeating: "*a\(i - 1)", count: 10).joined(separator: ", ") + "]\n" }
        #expect(throws: Problem.self) { try read(text) }
    }

    @Test func `ten thousand open brackets are refused`() {
        #expect(throws: Problem.self) { try read(String(repeating: "[", count: 10_000)) }
    }
}

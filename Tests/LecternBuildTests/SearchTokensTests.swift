import Foundation
import Testing

@testable import LecternBuild

@Suite struct SearchTokensTests {
    /// The table that the browser's side is tested with too.
    private struct Table: Decodable {
        var texts: [Row]
        var buckets: [[String]]

        struct Row: Decodable {
            var text: String
            var words: [String]

            init(from decoder: any Decoder) throws {
                var row = try decoder.unkeyedContainer()
                text = try row.decode(String.self)
                words = try row.decode([String].self)
            }
        }
    }

    private let table: Table

    init() throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        table = try JSONDecoder().decode(Table.self, from: Data(contentsOf: tests.appending(path: "Browser/search-tokens.json")))
    }

    @Test func `a text is cut into the words that the browser asks for`() {
        #expect(table.texts.count > 20)
        for row in table.texts {
            var tokenizer = SearchTokenizer()
            var words: [String] = []
            Array(row.text.utf8).withUnsafeBufferPointer { text in
                tokenizer.tokens(text) { words.append(String(decoding: $0, as: UTF8.self)) }
            }
            #expect(words == row.words, "\(row.text)")
        }
    }

    @Test func `a word stands in the part of the index that the browser fetches`() {
        for pair in table.buckets {
            let bucket = Array(pair[0].utf8).withUnsafeBufferPointer { String(decoding: searchBucket($0), as: UTF8.self) }
            #expect(bucket == pair[1], "\(pair[0])")
        }
    }
}

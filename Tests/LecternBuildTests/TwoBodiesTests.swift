import Foundation
import LecternCore
import Testing

@testable import LecternBuild

/// sealed.md: two sites that differ in what is sold alone, of one length, look alike to who has not bought.
@Suite struct TwoBodiesTests {
    /// What is sold: nothing of one is in the other, but for how long each part is, and how many files there are: a host counts those.
    private struct Body {
        var text: String, chinese: String, quiz: String, picture: (name: String, bytes: String), data: (name: String, bytes: String)

        static let one = Body(
            text: """
                ## Quinces first

                Sold quinces, see [the first one](../02-open.md#ripe) and [plan](plan.svg). **Bold quinces.**

                ![A drawing of quinces](plan.svg)

                ```python
                quinces = 1
                ```

                > [!NOTE]
                > A quince a day.

                | quinces | pears |
                |---|---|
                | 1 | 2 |

                [^1]: Quinces. And this[^1].

                ### Quinces last

                [Data](rows.csv)
                """,
            chinese: "## 榅桲\n\n付费的榅桲，见[第一课](../02-open.zh.md)。\n\n[数据](rows.csv)\n",
            quiz: """
                questions:
                  - {prompt: "Which quince?", options: [{text: "Red quince", correct: true}, "Green one"], explain: "Red."}
                  - {prompt: "How many quinces?", answer: 17}
                """,
            picture: ("plan.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"30\"><path d=\"M0 0\"/></svg>"),
            data: ("rows.csv", "quinces,1\n"))

        static let two = Body(
            text: """
                Cherries without a heading: 1. [once](../03-free.md) [more](https://cherries.example/buy?one).

                1. Ripe
                2. Sour
                   - [x] eaten
                   - [ ] kept

                ![Cherry](tree.svg "Cherries, drawn by hand, with a long title of their own")

                #### Cherries in the fourth rank

                ```javascript
                const cherries = [1, 2, 3];
                cherries.map((cherry) => cherry + 1);
                ```

                *Cherries*, ~~pears~~, `code`. [Table](list.csv), [tree](tree.svg)
                """,
            chinese: "付费的樱桃，没有标题。\n\n- 甲\n- 乙 [表](list.csv)\n",
            quiz: """
                questions:
                  - {prompt: "Name the small red fruit", accept: [cherry, "sour cherry"]}
                  - {prompt: "Sort by size", order: [cherry, plum, melon]}
                """,
            picture: ("tree.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"30\"><path d=\"M9 9\"/></svg>"),
            data: ("list.csv", "sour,yes\n"))

        /// As long as the other: what is missing stands at the end, where Markdown and YAML do not see it.
        static func evened(_ one: String, _ other: String) -> String { one + String(repeating: " ", count: max(0, other.utf8.count - one.utf8.count)) + "\n" }
    }

    private func site(_ body: Body, evenedWith other: Body) throws -> SiteFixture {
        let lesson = "content/courses/a/01-sold/"
        let site = try SiteFixture([
            "content/site.yml": "title: Sold\nlanguages: [en, zh]\n",
            "content/courses/a/course.md": "---\ntitle: A\nprice: 49\ntags: [fruit]\n---\nWhat it is about.\n",
            "content/courses/a/course.zh.md": "---\ntitle: 甲\n---\n",
            lesson + "index.md": "---\ntitle: B\n---\nFree.\n\n<!--more-->\n\n" + Body.evened(body.text, other.text),
            lesson + "index.zh.md": "---\ntitle: 乙\n---\n免费。\n\n<!--more-->\n\n" + Body.evened(body.chinese, other.chinese),
            lesson + "quiz.yml": Body.evened(body.quiz, other.quiz),
            lesson + body.picture.name: body.picture.bytes, lesson + body.data.name: body.data.bytes,
            "content/courses/a/02-open.md": "---\ntitle: Open\naccess: free\n---\n## Ripe\n\nFor everybody.\n",
            "content/courses/a/02-open.zh.md": "---\ntitle: 开放\n---\n人人可读。\n",
            "content/courses/a/03-free.md": "---\ntitle: Free\naccess: free\n---\nFor everybody, too.\n",
        ])
        #expect(site.build().problems == [])
        return site
    }

    @Test func `whatever is sold, the same is published around it`() throws {
        let one = try site(.one, evenedWith: .two), two = try site(.two, evenedWith: .one)
        let (first, second) = (withoutSealedNames(one.output()), withoutSealedNames(two.output()))
        // Not compared by `==` in `#expect`, which would print every byte of both.
        #expect(differences(second, first) == "")
        let sealed = one.output().filter { $0.key.hasSuffix(".bin") }
        // Two texts, a picture, a table: none of them the other site's.
        #expect(sealed.count >= 4)
        #expect(Set(sealed.keys).intersection(two.output().keys).sorted() == [])
        for (path, bytes) in one.output().merging(two.output(), uniquingKeysWith: { $1 }) {
            let text = String(decoding: bytes, as: UTF8.self).lowercased()
            for word in ["quince", "cherr", "榅桲", "樱桃", "plan.svg", "tree.svg", "rows.csv", "list.csv"] {
                if text.contains(word) { Issue.record("\(word) in \(path)") }
            }
        }
    }
}

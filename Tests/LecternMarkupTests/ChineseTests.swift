import LecternMarkup
import Testing

@Suite struct ChineseTests {
    @Test(arguments: [
        ("**注意：**请先保存", "<strong>注意：</strong>请先保存"),
        ("请先**“保存”**文件", "请先<strong>“保存”</strong>文件"),
        ("~~旧。~~新", "<del>旧。</del>新"),
        ("*强调，*接着**甲**，**乙**", "<em>强调，</em>接着<strong>甲</strong>，<strong>乙</strong>"),
        ("甲，**乙**丙", "甲，<strong>乙</strong>丙"),
        ("2**3 和 a*b", "2**3 和 a*b"),
        ("`**注意：**请`", "<code>**注意：**请</code>"),
        ("[**注：**见](第**一，**课.md)", "<a href=\"第**一，**课.md\"><strong>注：</strong>见</a>"),
    ])
    func `emphasis beside full-width punctuation ends where the author ended it`(_ markdown: String, _ html: String) {
        #expect(render(markdown).body == "<p>\(html)</p>\n")
    }

    @Test func `what makes it end stays out of every fact of the page`() {
        let page = render("# **一：**二\n\n**三：**四 ![**五：**六](**七：**八.png \"**九：**十\")\n\n## **子：**丑\n\n```python\n# **寅：**卯\n```")
        #expect(page.title == "一：二")
        #expect(page.description == "三：四 五：六")
        #expect(page.headings.map(\.title) == ["子：丑"])
        #expect(page.anchors == ["子-丑"])
        #expect(page.searchText == "三：四 五：六\n子：丑\n")
        #expect(page.body.contains("<img src=\"**七：**八.png\" alt=\"五：六\" title=\"**九：**十\">"))
        #expect(page.body.contains("# **寅：**卯"))
        #expect(!page.body.unicodeScalars.contains("\u{1BC9F}"))
    }
}

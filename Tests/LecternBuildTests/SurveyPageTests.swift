import LecternCore
import LecternCrypto
import Testing

@testable import LecternBuild

@Suite struct SurveyPageTests {
    private let survey = "questions:\n  - {id: goal, prompt: Why?, options: [{id: work, text: For <work>}, {id: joy, text: For joy}]}\n  - {id: wish, prompt: What else?, kind: text}\n"

    private func site(companion: Bool = true) throws -> SiteFixture {
        try SiteFixture([
            "content/site.yml": "title: Sold\nlanguages: [en]\n" + (companion ? "companion: /api/\n" : ""), "content/survey.yml": survey,
            "content/courses/a/course.md": "---\ntitle: A\n---\n", "content/courses/a/01-b.md": "# B\n\nFor everybody.\n",
        ])
    }

    @Test func `a survey has a page of its own, courses lead to it, and the catalogue tells what it asks`() throws {
        let site = try site()
        #expect(site.build().problems == [])
        let page = site.page("survey/index.html")
        #expect(page.contains(#"<input type="radio" name="goal" value="work"><span>For &lt;work&gt;</span>"#))
        #expect(page.contains(#"<textarea name="wish" rows="4" maxlength="500">"#))
        #expect(page.contains(#"<meta name="robots" content="noindex">"#))
        #expect(site.page("courses/a/index.html").contains(#"href="/survey/""#))
        #expect(!site.page("courses/a/b/index.html").contains("survey"))
        let catalogue = try Catalogue.read(bytes: site.bytes("output/catalogue.json"), secret: SiteSecret(bytes: Array(0..<32))!)
        let asked = try #require(catalogue.survey)
        #expect(asked.takes(["work"], to: "goal") && asked.takes(.text("More"), to: "wish"))
        for (answer, question) in [(["none"], "goal"), (["work", "joy"], "goal"), (["work", "work"], "goal"), ([], "goal"), (.text("work"), "goal"), (["More"], "wish"), (.text(""), "wish"), (["work"], "other")] as [(LecternCore.JSON, String)] {
            #expect(!asked.takes(answer, to: question))
        }
        #expect(!asked.takes(.text(String(repeating: "x", count: 501)), to: "wish"))
        try site.write("content/survey.yml", survey.replacing("Why?", with: "What for?"))
        #expect(site.build().problems == [])
        #expect(site.page("survey/index.html").contains("What for?"))
    }

    @Test func `without a companion nobody is asked`() throws {
        let site = try site(companion: false)
        #expect(site.build().problems.map(\.description).first?.contains("content/survey.yml: warning: nobody is asked") == true)
        #expect(site.output()["survey/index.html"] == nil)
        #expect(!site.page("courses/a/index.html").contains("survey/"))
    }

    @Test func `what was published as the creator's report stays when the site is built again`() throws {
        let site = try site()
        #expect(site.build().problems == [])
        #expect(site.page("account/report/index.html").contains("data-report=\"/account/report/report.bin\""))
        try site.write("output/" + CreatorReport.file, "sealed")
        try site.write("content/courses/a/01-b.md", "# B\n\nOther words.\n")
        #expect(site.build().problems == [])
        #expect(site.bytes("output/" + CreatorReport.file) == Array("sealed".utf8))
        #expect(site.page("courses/a/b/index.html").contains("Other words"))
    }
}

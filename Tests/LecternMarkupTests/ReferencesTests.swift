import Testing

@Suite struct ReferencesTests {
    /// vnu and browsers refuse them; HTML does the same with a reference to NUL.
    @Test func `a reference to a character that no page may hold becomes the sign for an unknown one`() {
        let page = render("## A&#11;B\n\n&#x7F;&#128;&#xFFFE;&#xFDD0;&#x1FFFF; &#65;&#10;中", firstLine: 1)
        #expect(page.headings.map(\.title) == ["A\u{FFFD}B"])
        #expect(page.body.contains("\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD} A\n中"))
        #expect(render("`&#11;`").body == "<p><code>&amp;#11;</code></p>\n")
    }
}

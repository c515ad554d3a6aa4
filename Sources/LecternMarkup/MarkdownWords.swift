/// The words that Markdown brings into a page, in the page's language.
public struct MarkdownWords: Sendable, Equatable {
    public var note, tip, important, warning, caution: String
    /// Names the list of footnotes.
    public var footnotes: String
    /// Names a footnote's mark; `{number}` is filled in.
    public var footnote: String
    /// Names the link back from a footnote; `{number}` is filled in.
    public var backToFootnote: String
    /// Name a code block, a table, a formula and a diagram that have no name of their own.
    public var code, table, formula, diagram: String

    public init(
        note: String, tip: String, important: String, warning: String, caution: String, footnotes: String, footnote: String,
        backToFootnote: String, code: String, table: String, formula: String, diagram: String
    ) {
        self.note = note
        self.tip = tip
        self.important = important
        self.warning = warning
        self.caution = caution
        self.footnotes = footnotes
        self.footnote = footnote
        self.backToFootnote = backToFootnote
        self.code = code
        self.table = table
        self.formula = formula
        self.diagram = diagram
    }

    public static let english = MarkdownWords(
        note: "Note", tip: "Tip", important: "Important", warning: "Warning", caution: "Caution", footnotes: "Footnotes",
        footnote: "Footnote {number}", backToFootnote: "Back to the text of footnote {number}", code: "Code", table: "Table",
        formula: "Formula", diagram: "Diagram")

    public static let chinese = MarkdownWords(
        note: "说明", tip: "提示", important: "重要", warning: "注意", caution: "警告", footnotes: "脚注", footnote: "脚注 {number}",
        backToFootnote: "回到脚注 {number} 处的正文", code: "代码", table: "表格", formula: "公式", diagram: "图示")
}

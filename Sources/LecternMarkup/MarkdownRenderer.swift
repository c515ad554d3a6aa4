import LecternCore

/// Markdown in, HTML and the facts of a page out.
///
/// Markdown is GitHub's (tables, task lists, strikethrough with two tildes, autolinks, footnotes) with heading anchors,
/// `> [!NOTE]` callouts, `$…$` and `$$…$$` maths, highlighted code and `dot` diagrams. Raw HTML is kept: the author is
/// trusted.
///
/// A page of 3 KB without code takes about 40 µs, half of it cmark-gfm's (best of many on one idle core; a block of code
/// adds 5 to 7 µs). Nothing is started or loaded before a page needs it.
///
/// One renderer serves one thread; the class is not `Sendable`, so that the compiler says so. Renderers on several
/// threads work, but gain little: cmark-gfm edits a global table in every parse, so that parses must take turns (a lock
/// in CCmark sees to it). To use every core, run worker processes, which also contain a crash.
public final class MarkdownRenderer {
    public struct Options {
        /// Leaves the first level-one heading out of the body: the layout shows it.
        public var dropTitle: Bool
        public var words: MarkdownWords
        /// Stands before every id, where one page holds several documents (a quiz's questions).
        public var idPrefix: String

        public init(dropTitle: Bool = true, words: MarkdownWords, idPrefix: String = "") {
            self.dropTitle = dropTitle
            self.words = words
            self.idPrefix = idPrefix
        }
    }

    private let tools: MarkupTools

    /// - Parameters:
    ///   - cacheFolder: where formulas and diagrams are kept by digest, made when it is needed; several processes may
    ///     share one. Nil keeps nothing.
    ///   - programs: what typesets and draws them.
    public init(cacheFolder: String? = nil, programs: MarkupPrograms = MarkupPrograms()) {
        tools = MarkupTools(cacheFolder: cacheFolder, programs: programs)
    }

    /// Renders one document.
    ///
    /// - Parameters:
    ///   - source: valid UTF-8, without front matter.
    ///   - file: for problems: "content/courses/python/01-a.md".
    ///   - firstLine: the line of `file` that `source` starts at, from 1.
    public func render(
        _ source: UnsafeBufferPointer<UInt8>, file: String, firstLine: Int = 1, options: Options,
        hooks: MarkdownHooks = MarkdownHooks()
    ) -> MarkdownPage {
        let document = MarkdownDocument(source)
        var writer = PageWriter(
            file: file, firstLine: firstLine, options: options, hooks: hooks, tools: tools, sourceCount: source.count,
            mayHoldFixedIDs: document.mayHoldFixedIDs, holdsMarkers: document.holdsMarkers)
        document.parse { writer.write($0, unclosedFormulas: $1) }
        return writer.page
    }

    public func render(
        _ source: ArraySlice<UInt8>, file: String, firstLine: Int = 1, options: Options, hooks: MarkdownHooks = MarkdownHooks()
    ) -> MarkdownPage {
        source.withUnsafeBufferPointer { render($0, file: file, firstLine: firstLine, options: options, hooks: hooks) }
    }

    public func render(
        _ source: [UInt8], file: String, firstLine: Int = 1, options: Options, hooks: MarkdownHooks = MarkdownHooks()
    ) -> MarkdownPage {
        source.withUnsafeBufferPointer { render($0, file: file, firstLine: firstLine, options: options, hooks: hooks) }
    }
}

/// A layout file as it was read: what a page's program is made of.
struct LayoutTree: Sendable {
    /// As problems name it: "layouts/lesson.html".
    var file: String
    var nodes: [LayoutNode]
}

struct LayoutNode: Sendable {
    indirect enum Kind: Sendable {
        /// Of one line, its line end included.
        case text([UInt8])
        case variable(LayoutPath, escaped: Bool)
        case section(LayoutPath, inverted: Bool, [LayoutNode])
        /// `indentation`: what stands before a partial that is alone on its line; nil for one that is not alone.
        case partial(String, indentation: [UInt8]?)
        case parent(String, indentation: [UInt8]?, arguments: [LayoutBlock])
        case block(LayoutBlock)
    }

    var kind: Kind
    var line: Int
    /// Nothing stands before it on its line, so that an indentation goes before it.
    var startsLine: Bool
}

/// `{{$name}}…{{/name}}`: a place in a layout, or what another layout puts there.
struct LayoutBlock: Sendable {
    var name: String
    var line: Int
    var nodes: [LayoutNode]
    /// The content starts on a line of its own, below the tag.
    var opensLine: Bool
    /// The content ends with a line end.
    var endsLine: Bool
    /// The line end that was taken away after the closing tag, if that was the last on its line.
    var lineEnd: [UInt8]
    /// White space that the content's lines start with, or, without content, that stands before the tag.
    var indentation: [UInt8]
}

/// `course.title` as ["course", "title"]; empty for `.`.
struct LayoutPath: Sendable {
    var names: [String]

    init(_ name: String) {
        names = name == "." ? [] : name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    var text: String { names.isEmpty ? "." : names.joined(separator: ".") }
}

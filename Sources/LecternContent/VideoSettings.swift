/// What becomes of the site's films beyond what always does: `video:` in `site.yml`.
public struct VideoSettings: Sendable {
    /// Free films are published in several sizes as well, for players of HLS (RFC 8216).
    public var hls = false

    static let keys = ["hls"]

    init(_ node: YAMLNode?, _ fields: inout FieldReader) {
        guard let node else { return }
        guard node.entries != nil else {
            fields.report("video is a list of keys", line: node.line, help: ["video:", "  hls: true"])
            return
        }
        var inner = FieldReader(node, file: fields.file)
        hls = inner.flag("hls") ?? false
        inner.warnOfOthers(than: Self.keys)
        fields.take(inner.problems)
    }
}

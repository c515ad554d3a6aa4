/// What becomes of the site's films beyond what always does: `video:` in `site.yml`.
public struct VideoSettings: Sendable {
    /// Free films are published in several sizes as well, for players of HLS (RFC 8216).
    public var hls = false

    /// Paid films are published in AV1 and Opus as well, for browsers that know them.
    public var av1 = false

    /// Paid films show the learner's own address.
    public var watermark = false

    static let keys = ["av1", "hls", "watermark"]

    init(_ node: YAMLNode?, _ fields: inout FieldReader) {
        guard let node else { return }
        guard node.entries != nil else {
            fields.report("video is a list of keys", line: node.line, help: ["video:", "  hls: true"])
            return
        }
        var inner = FieldReader(node, file: fields.file)
        av1 = inner.flag("av1") ?? false
        hls = inner.flag("hls") ?? false
        watermark = inner.flag("watermark") ?? false
        inner.warnOfOthers(than: Self.keys)
        fields.take(inner.problems)
    }
}

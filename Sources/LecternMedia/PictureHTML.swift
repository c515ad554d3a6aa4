/// How a picture stands in its page.
public struct PictureUse: Sendable {
    /// The folder that the files are published in, as a URL with `/` at its end: "/assets/" or "".
    public var baseURL: String
    /// What a reader who cannot see it is told; empty for a decoration.
    public var alternative: String
    public var title: String?
    /// The first picture of a page is loaded at once, the others when they come near.
    public var isEager: Bool
    /// How wide it is drawn, for the browser's choice (HTML Standard, `sizes`).
    public var sizes: String

    public init(
        baseURL: String, alternative: String, title: String? = nil, isEager: Bool = false,
        sizes: String = "(min-width: 48em) 44em, 100vw"
    ) {
        self.baseURL = baseURL
        self.alternative = alternative
        self.title = title
        self.isEager = isEager
        self.sizes = sizes
    }
}

/// Appends `<picture>` with a `<source>` for each type, or only `<img>` when there is nothing to choose from.
///
/// Width and height are always there, so that nothing moves when the picture arrives.
public func appendPicture(_ set: ImageSet, _ use: PictureUse, to html: inout [UInt8]) {
    // Variants are sorted by type; those of the fallback's own type follow each other like the others.
    var types: [(type: String, variants: [ImageVariant])] = []
    for variant in set.variants {
        if types.last?.type == variant.mediaType {
            types[types.count - 1].variants.append(variant)
        } else {
            types.append((variant.mediaType, [variant]))
        }
    }
    if !types.isEmpty { html += "<picture>".utf8 }
    for (type, variants) in types {
        html += "<source type=\"\(type)\" srcset=\"".utf8
        for (index, variant) in variants.enumerated() {
            if index > 0 { html += ", ".utf8 }
            appendURL(use.baseURL, variant.outputName, to: &html)
            html += " \(variant.width)w".utf8
        }
        html += "\" sizes=\"".utf8
        appendAttribute(use.sizes, to: &html)
        html += "\">".utf8
    }
    html += "<img src=\"".utf8
    appendURL(use.baseURL, set.fallback.outputName, to: &html)
    html += "\" width=\"\(set.width)\" height=\"\(set.height)\" alt=\"".utf8
    appendAttribute(use.alternative, to: &html)
    if let title = use.title {
        html += "\" title=\"".utf8
        appendAttribute(title, to: &html)
    }
    html += (use.isEager ? "\" fetchpriority=\"high\" decoding=\"async\">" : "\" loading=\"lazy\" decoding=\"async\">").utf8
    if !types.isEmpty { html += "</picture>".utf8 }
}

private func appendURL(_ base: String, _ name: String, to html: inout [UInt8]) {
    appendAttribute(base, to: &html)
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in name.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            html.append(byte)
        default: html += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
}

private func appendAttribute(_ text: String, to html: inout [UInt8]) {
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "&"): html += "&amp;".utf8
        case UInt8(ascii: "<"): html += "&lt;".utf8
        case UInt8(ascii: ">"): html += "&gt;".utf8
        case UInt8(ascii: "\""): html += "&quot;".utf8
        default: html.append(byte)
        }
    }
}

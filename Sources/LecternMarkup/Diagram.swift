/// A drawing of Graphviz, made fit to stand inside a page under a strict content security policy: no inline styles, no
/// ids but those that it refers to itself, black as the colour of the text around it, so that it reads in light and dark.
struct Diagram {
    /// An `svg` element, with a line feed in place of its start tag's ">": attributes and a title go there.
    let svg: [UInt8]

    init(svg: [UInt8]) {
        self.svg = svg
    }

    /// - Parameter name: makes the drawing's own ids unique on a page.
    /// - Returns: nil when this is no SVG.
    init?(graphviz output: [UInt8], name: String) {
        let text = String(decoding: output, as: UTF8.self)
        guard let start = text.firstRange(of: "<svg") else { return nil }
        var writer = SVGWriter(name: name, hasBackdrop: SVGWriter.hasFilledCluster(text))
        writer.copy(text[start.lowerBound...])
        svg = Array(writer.out.utf8)
    }

    var hasLinks: Bool { svg.firstRange(of: Array("<a ".utf8)) != nil }
}

private struct SVGWriter {
    let name: String
    /// A drawing that fills whole areas keeps its own black, on white.
    let hasBackdrop: Bool
    var out = ""
    /// Whether the group so far holds a filled shape, on which text stays black.
    private var textStandsOnColour = false

    init(name: String, hasBackdrop: Bool) {
        self.name = name
        self.hasBackdrop = hasBackdrop
    }

    static func hasFilledCluster(_ svg: String) -> Bool {
        var rest = svg[...]
        while let group = rest.firstRange(of: "class=\"cluster\"") {
            rest = rest[group.upperBound...]
            let end = rest.firstRange(of: "</g>")?.lowerBound ?? rest.endIndex
            if fills(rest[..<end]).contains(where: { $0 != "none" && $0 != "transparent" }) { return true }
        }
        return false
    }

    private static func fills(_ text: Substring) -> [Substring] {
        var out: [Substring] = []
        var rest = text
        while let fill = rest.firstRange(of: " fill=\"") {
            rest = rest[fill.upperBound...]
            out.append(rest.prefix { $0 != "\"" })
        }
        return out
    }

    mutating func copy(_ svg: Substring) {
        var rest = svg
        while let open = rest.firstIndex(of: "<") {
            addText(rest[..<open])
            rest = rest[open...]
            if rest.hasPrefix("<!--") {
                rest = rest.firstRange(of: "-->").map { rest[$0.upperBound...] } ?? ""
                continue
            }
            if rest.hasPrefix("<title>") {
                // A tooltip of node names says nothing that the drawing does not.
                rest = rest.firstRange(of: "</title>").map { rest[$0.upperBound...] } ?? ""
                continue
            }
            guard let close = rest.firstIndex(of: ">") else { break }
            addTag(rest[rest.index(after: open)..<close])
            rest = rest[rest.index(after: close)...]
        }
    }

    private mutating func addText(_ text: Substring) {
        if text.contains(where: { !$0.isWhitespace }) { out += text }
    }

    private mutating func addTag(_ tag: Substring) {
        if tag.hasPrefix("/") {
            out += "<\(tag)>"
            return
        }
        let isEmpty = tag.hasSuffix("/")
        let element = tag.prefix { !$0.isWhitespace && $0 != "/" }
        if element == "g" { textStandsOnColour = false }
        var attributes = Self.attributes(tag.dropFirst(element.count))
        if ["ellipse", "polygon", "path"].contains(element), let fill = attributes.first(where: { $0.name == "fill" })?.value {
            if !["none", "transparent", "black"].contains(fill) { textStandsOnColour = true }
        }
        if element == "text", !attributes.contains(where: { $0.name == "fill" }) {
            attributes.append(("fill", textStandsOnColour || hasBackdrop ? "black" : "currentColor"))
        }
        out += "<\(element)"
        for (attribute, value) in attributes { add(attribute, value, of: element) }
        guard element != "svg" else {
            out += "\n"
            if hasBackdrop { out += "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>" }
            return
        }
        out += isEmpty ? "/>" : ">"
    }

    private mutating func add(_ attribute: Substring, _ value: Substring, of element: Substring) {
        switch attribute {
        case "xmlns", "xlink:title", "class", "target": return
        case _ where attribute.hasPrefix("xmlns:"): return
        case "id":
            guard element.hasSuffix("Gradient") else { return }
            out += " id=\"\(name)-\(value)\""
        case "xlink:href": out += " href=\"\(value)\""
        case "style":
            // "a:b;c:d" as attributes of their own, which SVG allows and the policy does not mind.
            for rule in value.split(separator: ";") {
                let parts = rule.split(separator: ":", maxSplits: 1)
                if parts.count == 2 { add(parts[0], parts[1], of: element) }
            }
        case "fill", "stroke":
            let colour =
                value == "transparent" ? "none" : value == "black" && !hasBackdrop && !(element == "text" && textStandsOnColour) ? "currentColor" : value
            out += " \(attribute)=\"\(colour.replacing("url(#", with: "url(#\(name)-"))\""
        default: out += " \(attribute)=\"\(value)\""
        }
    }

    private static func attributes(_ text: Substring) -> [(name: Substring, value: Substring)] {
        var out: [(Substring, Substring)] = []
        var rest = text.drop { $0.isWhitespace }
        while let equals = rest.firstIndex(of: "="), let open = rest[equals...].firstIndex(of: "\"") {
            let value = rest[rest.index(after: open)...].prefix { $0 != "\"" }
            out.append((rest[..<equals], value))
            guard value.endIndex < rest.endIndex else { break }
            rest = rest[rest.index(after: value.endIndex)...].drop { $0.isWhitespace }
        }
        return out
    }
}

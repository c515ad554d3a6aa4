// SVG: W3C "Scalable Vector Graphics (SVG) 2", sections 8.2 and 8.12; CSS absolute units at 96 pixels an inch.

/// - Returns: nil when the bytes are no SVG. Only the root element's tag is read, and no more than 64 KiB before it.
func svgHeader(_ view: Bytes) -> ImageHeader? {
    let head = view.all.prefix(64 << 10)
    guard !head.contains(0), let attributes = rootAttributes(head) else { return nil }
    let box = (attributes["viewBox"] ?? "").split { $0.isWhitespace || $0 == "," }.compactMap { Double($0) }
    let ratio = box.count == 4 && box[2] > 0 && box[3] > 0 ? box[3] / box[2] : nil
    let width = attributes["width"].flatMap(pixels)
    let height = attributes["height"].flatMap(pixels)
    // What has no size gets the one that browsers give it (CSS 2.2, section 10.3.2).
    let size: (Double, Double) =
        switch (width, height, ratio) {
        case (let width?, let height?, _): (width, height)
        case (let width?, nil, let ratio?): (width, width * ratio)
        case (nil, let height?, let ratio?): (height / ratio, height)
        case (nil, nil, _?): (box[2], box[3])
        case (let width, let height, nil): (width ?? 300, height ?? 150)
        }
    func whole(_ value: Double) -> Int { Int(min(max(value.rounded(), 1), Double(ImageLimit.side))) }
    return ImageHeader(kind: .svg, width: whole(size.0), height: whole(size.1))
}

/// - Returns: nil for a percentage, `auto` and what is no length above zero.
private func pixels(_ length: String) -> Double? {
    let units: [(String, Double)] = [
        ("px", 1), ("pt", 96 / 72), ("pc", 16), ("mm", 96 / 25.4), ("cm", 96 / 2.54), ("in", 96), ("em", 16), ("rem", 16), ("", 1),
    ]
    for (unit, factor) in units where length.hasSuffix(unit) {
        if let number = Double(length.dropLast(unit.utf8.count)), number > 0, number.isFinite { return number * factor }
    }
    return nil
}

/// The attributes of `<svg …>`, when that is the first element: before it may stand a declaration, comments,
/// processing instructions and a document type.
private func rootAttributes(_ bytes: ArraySlice<UInt8>) -> [String: String]? {
    var rest = bytes
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    while true {
        rest = rest.drop { $0 <= 0x20 }
        if rest.starts(with: "<svg".utf8) || rest.starts(with: "<svg:svg".utf8) { break }
        let end: [UInt8]
        if rest.starts(with: "<!--".utf8) {
            end = Array("-->".utf8)
        } else if rest.starts(with: "<?".utf8) {
            end = Array("?>".utf8)
        } else if rest.starts(with: "<!DOCTYPE".utf8) {
            let hasSubset = rest.prefix { $0 != UInt8(ascii: ">") }.contains(UInt8(ascii: "["))
            end = Array((hasSubset ? "]>" : ">").utf8)
        } else {
            return nil
        }
        guard let found = rest.indices.first(where: { rest[$0...].starts(with: end) }) else { return nil }
        rest = rest[(found + end.count)...]
    }
    var tag = rest.dropFirst(4)[...]
    guard let first = tag.first, first <= 0x20 || ">:/".utf8.contains(first) else { return nil }
    var attributes: [String: String] = [:]
    tag = tag.drop { $0 > 0x20 && $0 != UInt8(ascii: ">") }
    while true {
        tag = tag.drop { $0 <= 0x20 }
        let name = tag.prefix { $0 > 0x20 && !"=>/".utf8.contains($0) }
        guard !name.isEmpty else { return attributes }
        tag = tag[name.endIndex...].drop { $0 <= 0x20 }
        guard tag.first == UInt8(ascii: "=") else { return nil }
        tag = tag.dropFirst().drop { $0 <= 0x20 }
        guard let quote = tag.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
            let end = tag.dropFirst().firstIndex(of: quote)
        else { return nil }
        attributes[String(decoding: name, as: UTF8.self)] = String(decoding: tag[tag.startIndex + 1..<end], as: UTF8.self)
        tag = tag[(end + 1)...]
    }
}

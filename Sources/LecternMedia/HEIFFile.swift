// AVIF and HEIC: ISO/IEC 23008-12 (HEIF), whose boxes are those of ISO/IEC 14496-12; AV1 Image File Format 1.1.

func heifHeader(_ view: Bytes) throws(ImageHeaderError) -> ImageHeader {
    guard let brands = boxes(view, in: 0..<view.count).first(where: { $0.type == "ftyp" })?.content
    else { throw .broken(.avif) }
    let names = stride(from: brands.lowerBound, to: brands.upperBound - 3, by: 4).map { text(view, at: $0) }
    let isAVIF = names.contains("avif") || names.contains("avis")
    guard isAVIF || names.contains(where: { ["heic", "heix", "heim", "heis", "hevc", "mif1"].contains($0) }) else {
        throw names.contains { $0.hasPrefix("mp4") || $0.hasPrefix("iso") || $0 == "qt  " } ? .foreign("video") : .unknown
    }
    let kind: ImageHeader.Kind = isAVIF ? .avif : .heic
    guard var header = primaryItem(view, kind) else { throw .broken(kind) }
    header.isAnimated = names.first == "avis"
    return header
}

/// The size of the item that the file wants shown (`pitm`), and how it is turned. A file holds more: thumbnails,
/// an alpha plane, tiles; each with a size of its own.
private func primaryItem(_ view: Bytes, _ kind: ImageHeader.Kind) -> ImageHeader? {
    guard let meta = boxes(view, in: 0..<view.count).first(where: { $0.type == "meta" })?.content, meta.count > 4
    else { return nil }
    let parts = boxes(view, in: meta.lowerBound + 4..<meta.upperBound)
    func part(_ type: String) -> Range<Int>? { parts.first { $0.type == type }?.content }
    guard let primary = part("pitm"), let version = view.big(1, at: primary.lowerBound),
        let item = view.big(version == 0 ? 2 : 4, at: primary.lowerBound + 4), let properties = part("iprp")
    else { return nil }
    let inside = boxes(view, in: properties)
    guard let container = inside.first(where: { $0.type == "ipco" })?.content else { return nil }
    let list = boxes(view, in: container)
    var header: ImageHeader?
    var turns = 0, mirror: Int?
    for association in inside where association.type == "ipma" {
        for index in propertyIndices(view, association.content, of: item) where index >= 1 && index <= list.count {
            let property = list[index - 1]
            let at = property.content.lowerBound
            switch property.type {
            case "ispe":
                guard let width = view.big(4, at: at + 4), let height = view.big(4, at: at + 8), width > 0, height > 0
                else { return nil }
                header = ImageHeader(kind: kind, width: width, height: height)
            case "irot": turns = view.big(1, at: at).map { $0 & 3 } ?? 0
            case "imir": mirror = view.big(1, at: at).map { $0 & 1 }
            default: break
            }
        }
    }
    header?.orientation = exifOrientation(turns: turns, mirror: mirror)
    header?.hasMetadata = part("iinf").map { holds("Exif", view, $0) || holds("mime", view, $0) } ?? false
    return header
}

/// Only whether width and height change places matters here, and whether the picture is upright: the tools turn it.
private func exifOrientation(turns: Int, mirror: Int?) -> Int {
    switch (turns, mirror) {
    case (0, nil): 1
    case (2, nil): 3
    case (1, nil): 8
    case (3, nil): 6
    case (0, _), (2, _): 2
    default: 5
    }
}

private func propertyIndices(_ view: Bytes, _ box: Range<Int>, of item: Int) -> [Int] {
    guard let version = view.big(1, at: box.lowerBound), let flags = view.big(3, at: box.lowerBound + 1),
        let entries = view.big(4, at: box.lowerBound + 4)
    else { return [] }
    let idBytes = version < 1 ? 2 : 4
    let indexBytes = flags & 1 == 1 ? 2 : 1
    var offset = box.lowerBound + 8
    for _ in 0..<entries {
        guard offset < box.upperBound, let id = view.big(idBytes, at: offset), let count = view.big(1, at: offset + idBytes)
        else { return [] }
        offset += idBytes + 1
        if id == item {
            // The top bit says that a reader must understand the property.
            let mask = indexBytes == 2 ? 0x7FFF : 0x7F
            return (0..<count).compactMap { view.big(indexBytes, at: offset + $0 * indexBytes) }.map { $0 & mask }
        }
        offset += count * indexBytes
    }
    return []
}

/// The boxes that lie whole in the range, at most a thousand.
private func boxes(_ view: Bytes, in range: Range<Int>) -> [(type: String, content: Range<Int>)] {
    var found: [(String, Range<Int>)] = []
    var offset = range.lowerBound
    while offset + 8 <= range.upperBound, found.count < 1000, var size = view.big(4, at: offset) {
        var head = 8
        if size == 0 { size = range.upperBound - offset }
        if size == 1 {
            guard view.big(4, at: offset + 8) == 0, let low = view.big(4, at: offset + 12) else { break }
            (size, head) = (low, 16)
        }
        guard size >= head, size <= range.upperBound - offset else { break }
        found.append((text(view, at: offset + 4), offset + head..<offset + size))
        offset += size
    }
    return found
}

private func text(_ view: Bytes, at offset: Int) -> String {
    offset + 4 <= view.count ? String(decoding: view.all[offset..<offset + 4], as: UTF8.self) : ""
}

private func holds(_ magic: StaticString, _ view: Bytes, _ range: Range<Int>) -> Bool {
    range.contains { view.has(magic, at: $0) }
}

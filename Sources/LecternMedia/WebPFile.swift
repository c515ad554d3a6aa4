// WebP: RFC 9649, sections 2.4 to 2.7.

func webpHeader(_ view: Bytes) -> ImageHeader? {
    guard let size = view.little(4, at: 4), size + 8 <= view.count else { return nil }
    var header: ImageHeader?
    for chunk in RIFFChunks(view) {
        let at = chunk.data.lowerBound
        switch chunk.name {
        case "VP8X":
            guard let flags = view.little(1, at: at), let width = view.little(3, at: at + 4),
                let height = view.little(3, at: at + 7)
            else { return nil }
            header = ImageHeader(kind: .webp, width: width + 1, height: height + 1, isAnimated: flags & 0x02 != 0)
        case "VP8 " where header == nil:
            guard view.has([0x9D, 0x01, 0x2A], at: at + 3), let width = view.little(2, at: at + 6),
                let height = view.little(2, at: at + 8), width & 0x3FFF > 0, height & 0x3FFF > 0
            else { return nil }
            header = ImageHeader(kind: .webp, width: width & 0x3FFF, height: height & 0x3FFF)
        case "VP8L" where header == nil:
            guard view.has([0x2F], at: at), let bits = view.little(4, at: at + 1) else { return nil }
            header = ImageHeader(kind: .webp, width: bits & 0x3FFF + 1, height: bits >> 14 & 0x3FFF + 1)
        case "EXIF":
            // Some writers put JPEG's prefix before the TIFF header.
            let start = view.has("Exif\0\0", at: at) ? at + 6 : at
            header?.orientation = tiffOrientation(view, in: start..<max(start, chunk.data.upperBound))
            header?.hasMetadata = true
        case "XMP ": header?.hasMetadata = true
        default: break
        }
    }
    return header
}

/// - Returns: the file without EXIF and XMP, an orientation excepted.
func webpWithoutMetadata(_ view: Bytes, orientation: Int) -> [UInt8] {
    var body = Array("WEBP".utf8)
    for chunk in RIFFChunks(view) {
        if chunk.name == "XMP " { continue }
        var data = Array(view.all[chunk.data])
        if chunk.name == "EXIF" {
            guard orientation != 1 else { continue }
            data = tiffWithOrientation(orientation)
        } else if chunk.name == "VP8X", !data.isEmpty {
            data[0] &= orientation == 1 ? ~0x0C : ~0x04
        }
        body += Array(chunk.name.utf8) + littleEndian(data.count) + data + (data.count % 2 == 1 ? [0] : [])
    }
    return Array("RIFF".utf8) + littleEndian(body.count) + body
}

private func littleEndian(_ number: Int) -> [UInt8] {
    [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number >> $0) }
}

/// The chunks that lie whole in the file.
private struct RIFFChunks: Sequence, IteratorProtocol {
    let view: Bytes
    var offset = 12

    init(_ view: Bytes) {
        self.view = view
    }

    mutating func next() -> (name: String, data: Range<Int>)? {
        guard let size = view.little(4, at: offset + 4), size <= view.count - offset - 8 else { return nil }
        let name = String(decoding: view.all[offset..<offset + 4], as: UTF8.self)
        let data = offset + 8..<offset + 8 + size
        offset = data.upperBound + size % 2
        return (name, data)
    }
}

// PNG: W3C "Portable Network Graphics (PNG) Specification (Third Edition)", sections 5 and 11.

func pngHeader(_ view: Bytes) -> ImageHeader? {
    guard view.big(4, at: 8) == 13, view.has("IHDR", at: 12), let width = view.big(4, at: 16),
        let height = view.big(4, at: 20), width > 0, height > 0
    else { return nil }
    var header = ImageHeader(kind: .png, width: width, height: height)
    for chunk in PNGChunks(view) {
        switch chunk.name {
        case "acTL": header.isAnimated = true
        case "eXIf":
            header.orientation = tiffOrientation(view, in: chunk.data)
            header.hasMetadata = true
        case let name where pngMetadata.contains(name): header.hasMetadata = true
        case "IEND": return header
        default: break
        }
    }
    return nil
}

/// - Returns: the file without what an editor or a camera wrote beside the picture; its orientation stays.
func pngWithoutMetadata(_ view: Bytes, orientation: Int) -> [UInt8] {
    var out = Array(view.all.prefix(8))
    out.reserveCapacity(view.count)
    for chunk in PNGChunks(view) {
        if chunk.name == "eXIf" {
            guard orientation != 1 else { continue }
            let exif = tiffWithOrientation(orientation)
            out += bigEndian(exif.count) + checked(Array("eXIf".utf8) + exif)
        } else if !pngMetadata.contains(chunk.name) {
            out += view.all[chunk.data.lowerBound - 8..<chunk.data.upperBound + 4]
        }
    }
    return out
}

private let pngMetadata: Set<String> = ["tEXt", "zTXt", "iTXt", "tIME", "eXIf"]

/// The chunks that lie whole in the file; stops after IEND, and at the first that is cut off.
private struct PNGChunks: Sequence, IteratorProtocol {
    let view: Bytes
    var offset = 8
    var isAtEnd = false

    init(_ view: Bytes) {
        self.view = view
    }

    mutating func next() -> (name: String, data: Range<Int>)? {
        guard !isAtEnd, let size = view.big(4, at: offset), size <= view.count - offset - 12 else { return nil }
        let name = String(decoding: view.all[offset + 4..<offset + 8], as: UTF8.self)
        let data = offset + 8..<offset + 8 + size
        offset = data.upperBound + 4
        isAtEnd = name == "IEND"
        return (name, data)
    }
}

private func bigEndian(_ number: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
}

/// The bytes with their CRC-32 (section 5.5) behind them.
private func checked(_ bytes: [UInt8]) -> [UInt8] {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return bytes + bigEndian(Int(~crc))
}

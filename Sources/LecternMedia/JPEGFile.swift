// JPEG: ITU-T T.81, annex B; EXIF in its APP1 segment: CIPA DC-008, section 4.7.2.

import Glibc

func jpegHeader(_ view: Bytes) -> ImageHeader? {
    var header: ImageHeader?
    // Of the first EXIF segment: browsers heed no other.
    var orientation: Int?
    var hasMetadata = false
    for segment in JPEGSegments(view) {
        switch segment.marker {
        // Frame headers; C4, C8 and CC are something else.
        case 0xC0...0xCF where ![0xC4, 0xC8, 0xCC].contains(segment.marker):
            guard segment.data.count >= 6, let height = view.big(2, at: segment.data.lowerBound + 1),
                let width = view.big(2, at: segment.data.lowerBound + 3), width > 0, height > 0
            else { return nil }
            header = ImageHeader(kind: .jpeg, width: width, height: height)
        case 0xE1 where view.has("Exif\0", at: segment.data.lowerBound):
            orientation = orientation ?? tiffOrientation(view, in: segment.data.dropFirst(6))
            hasMetadata = true
        case let marker where isMetadata(marker, segment.data, view): hasMetadata = true
        default: break
        }
        guard segment.marker == 0xDA else { continue }
        guard endOfImage(view, from: segment.data.upperBound) != nil else { return nil }
        header?.orientation = orientation ?? 1
        header?.hasMetadata = hasMetadata
        return header
    }
    return nil
}

/// - Returns: the file without EXIF, XMP, IPTC, comments and whatever follows the picture; colour profile and
///   orientation stay.
func jpegWithoutMetadata(_ view: Bytes, orientation: Int) -> [UInt8] {
    var out: [UInt8] = [0xFF, 0xD8]
    out.reserveCapacity(view.count)
    if orientation != 1 {
        let exif = Array("Exif\0\0".utf8) + tiffWithOrientation(orientation)
        out += [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif
    }
    for segment in JPEGSegments(view) {
        let whole = segment.data.lowerBound - 4..<segment.data.upperBound
        if segment.marker == 0xDA {
            return out + view.all[whole.lowerBound..<(endOfImage(view, from: whole.upperBound) ?? view.count)]
        }
        if !isMetadata(segment.marker, segment.data, view) { out += view.all[whole] }
    }
    return view.all
}

/// All application segments but JFIF (APP0), a colour profile (APP2 that says so) and Adobe's colour transform
/// (APP14), without which colours change; and comments.
private func isMetadata(_ marker: UInt8, _ data: Range<Int>, _ view: Bytes) -> Bool {
    switch marker {
    case 0xE0, 0xEE: false
    case 0xE2: !view.has("ICC_PROFILE\0", at: data.lowerBound)
    case 0xE1...0xEF, 0xFE: true
    default: false
    }
}

/// The offset behind the picture's EOI marker, nil when the file is cut off before it. Phones put a second picture or
/// a film behind it, so the file's last bytes tell nothing.
private func endOfImage(_ view: Bytes, from start: Int) -> Int? {
    view.all.withUnsafeBytes { bytes in
        var offset = start
        while offset < bytes.count, let found = memchr(bytes.baseAddress! + offset, 0xFF, bytes.count - offset) {
            offset = bytes.baseAddress!.distance(to: UnsafeRawPointer(found)) + 1
            guard offset < bytes.count else { return nil }
            switch bytes[offset] {
            // In coded data FF is followed by 0 or a restart marker; before a marker it may stand several times (B.1.1.2).
            case 0x00, 0xD0...0xD7: offset += 1
            case 0xFF: break
            case 0xD9: return offset + 1
            // A segment between two scans of a progressive file, which may hold any bytes.
            default: offset += 1 + (view.big(2, at: offset + 1) ?? bytes.count)
            }
        }
        return nil
    }
}

/// Segments up to the first scan (DA), which is the last one given: behind it lies entropy-coded data.
private struct JPEGSegments: Sequence, IteratorProtocol {
    let view: Bytes
    var offset = 2
    var isAtEnd = false

    init(_ view: Bytes) {
        self.view = view
    }

    mutating func next() -> (marker: UInt8, data: Range<Int>)? {
        guard !isAtEnd, offset < view.count, view.all[offset] == 0xFF else { return nil }
        // Any number of fill bytes may stand before a marker (B.1.1.2).
        while offset + 1 < view.count, view.all[offset + 1] == 0xFF { offset += 1 }
        guard let size = view.big(2, at: offset + 2), size >= 2, offset + 2 + size <= view.count else { return nil }
        let marker = view.all[offset + 1]
        let data = offset + 4..<offset + 2 + size
        offset += 2 + size
        isAtEnd = marker == 0xDA
        return (marker, data)
    }
}

import CCmark

/// Lets emphasis end where Chinese needs it to: `**注意：**请先保存`.
///
/// CommonMark decides by what stands on both sides of the asterisks whether they open or close, and takes a space between
/// words for granted: after punctuation and before a letter they cannot close, so that the asterisks stay as text. A
/// character that counts as punctuation, put between them and the letter before the parser reads it and taken out of
/// what it wrote, makes them fit both ways.
enum EmphasisMarkers {
    /// U+1BC9F DUPLOYAN PUNCTUATION CHINOOK FULL STOP: punctuation, and in no course.
    static let marker: [UInt8] = [0xF0, 0x9B, 0xB2, 0x9F]

    /// - Returns: nil when the source needs no marker, or holds one of its own.
    static func add(to source: Bytes) -> [UInt8]? {
        guard let first = next(in: source, from: 0), !contains(source) else { return nil }
        var out: [UInt8] = []
        out.reserveCapacity(source.count + 64)
        var copied = 0
        var found: Place? = first
        while let place = found {
            out.append(contentsOf: source[copied..<place.markerIndex])
            out.append(contentsOf: marker)
            copied = place.markerIndex
            found = next(in: source, from: place.end)
        }
        out.append(contentsOf: source[copied...])
        return out
    }

    static func remove(from bytes: inout [UInt8]) {
        var kept = 0
        var index = 0
        while index < bytes.count {
            if bytes[index] == marker[0], index + 4 <= bytes.count, bytes[index + 1] == marker[1], bytes[index + 2] == marker[2],
                bytes[index + 3] == marker[3]
            {
                index += 4
                continue
            }
            bytes[kept] = bytes[index]
            kept += 1
            index += 1
        }
        bytes.removeLast(bytes.count - kept)
    }

    static func removed(from text: String) -> String {
        var bytes = Array(text.utf8)
        remove(from: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private struct Place {
        var markerIndex: Int
        var end: Int
    }

    /// The next run of asterisks or tildes with full-width punctuation on one side and a letter of such a script on the other.
    private static func next(in source: Bytes, from start: Int) -> Place? {
        var index = start
        while index < source.count {
            let byte = source[index]
            guard byte == 0x2A || byte == 0x7E else {
                index += 1
                continue
            }
            let run = index
            while index < source.count, source[index] == byte { index += 1 }
            guard run > 0, index < source.count, source[run - 1] >= 0x80, source[index] >= 0x80,
                let before = lastScalar(Bytes(rebasing: source[..<run]))
            else { continue }
            let after = decodeScalar(source, at: index).value
            if isPunctuation(before), isLetter(after) { return Place(markerIndex: index, end: index) }
            if isLetter(before), isPunctuation(after) { return Place(markerIndex: run, end: index) }
        }
        return nil
    }

    private static func isPunctuation(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x2010...0x2027, 0x3001...0x3003, 0x3008...0x3011, 0x3014...0x301F, 0xFF01...0xFF0F, 0xFF1A...0xFF20, 0xFF3B...0xFF3D,
            0xFF5B...0xFF65:
            true
        default: false
        }
    }

    private static func isLetter(_ scalar: UInt32) -> Bool {
        isWide(scalar) && !isPunctuation(scalar)
    }

    private static func contains(_ source: Bytes) -> Bool {
        guard let address = source.baseAddress else { return false }
        return lectern_contains(address, source.count, marker, marker.count)
    }
}

import Glibc

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
        var places = places(of: 0x2A, in: source)
        if let tilde = source.firstByte(0x7E, from: 0), tilde + 1 < source.count {
            places = (places + self.places(of: 0x7E, in: source)).sorted()
        }
        guard !places.isEmpty, !contains(source) else { return nil }
        var out: [UInt8] = []
        out.reserveCapacity(source.count + places.count * marker.count)
        var copied = 0
        for place in places {
            out.append(contentsOf: source[copied..<place])
            out.append(contentsOf: marker)
            copied = place
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

    /// Where markers belong: behind a closing run between full-width punctuation and a letter of such a script, before an
    /// opening one between a letter and punctuation. Which it is shows in the runs of the paragraph so far.
    private static func places(of mark: UInt8, in source: Bytes) -> [Int] {
        var out: [Int] = []
        var openRuns: [Int] = []
        var index = 0
        while let run = source.firstByte(mark, from: index) {
            if !openRuns.isEmpty, holdsEmptyLine(source, index..<run) { openRuns = [] }
            index = run
            while index < source.count, source[index] == mark { index += 1 }
            guard index < source.count else { break }
            let mayClose = run > 0 && source[run - 1] > 0x20
            if mayClose, openRuns.last == index - run {
                openRuns.removeLast()
                if isPunctuation(before: run, in: source), isLetter(at: index, in: source) { out.append(index) }
            } else if source[index] > 0x20 {
                openRuns.append(index - run)
                if openRuns.count > 100 { openRuns = [] }
                if run > 0, isLetter(before: run, in: source), isPunctuation(at: index, in: source) { out.append(run) }
            }
        }
        return out
    }

    private static func holdsEmptyLine(_ source: Bytes, _ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while let end = source.firstByte(0x0A, from: index), end + 1 < range.upperBound {
            if source[end + 1] == 0x0A { return true }
            index = end + 1
        }
        return false
    }

    private static func isPunctuation(before index: Int, in source: Bytes) -> Bool {
        source[index - 1] >= 0x80 && lastScalar(Bytes(rebasing: source[..<index])).map(isPunctuation) ?? false
    }

    private static func isPunctuation(at index: Int, in source: Bytes) -> Bool {
        source[index] >= 0x80 && isPunctuation(decodeScalar(source, at: index).value)
    }

    private static func isLetter(before index: Int, in source: Bytes) -> Bool {
        source[index - 1] >= 0x80 && lastScalar(Bytes(rebasing: source[..<index])).map(isLetter) ?? false
    }

    private static func isLetter(at index: Int, in source: Bytes) -> Bool {
        source[index] >= 0x80 && isLetter(decodeScalar(source, at: index).value)
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
        var index = 0
        while let start = source.firstByte(marker[0], from: index) {
            if source[start...].starts(with: marker) { return true }
            index = start + 1
        }
        return false
    }
}

extension Bytes {
    /// Many bytes at once.
    fileprivate func firstByte(_ byte: UInt8, from start: Int) -> Int? {
        guard let baseAddress, start < count, let found = memchr(baseAddress + start, Int32(byte), count - start) else { return nil }
        return UnsafeRawPointer(baseAddress).distance(to: found)
    }
}

import Glibc

/// Where a fragmented MP4 file can be cut (ISO/IEC 14496-12: boxes of a size, a name and what they hold).
struct FragmentedFile {
    var headBytes = 0
    var timescale = 0
    /// As browsers ask for it; nil for a codec that we do not make.
    var codecs: String?
    var segments: [FilmStream.Segment] = []

    /// - Parameter path: a file of one track, whose head stands before its fragments.
    /// - Returns: nil when it is no such file, or ends in the middle of a box.
    init?(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { return nil }
        let end = Int(info.st_size)
        var at = 0, segmentStart = 0, ticks: Int?
        while at < end {
            guard let head = Self.read(descriptor, at, min(16, end - at)), let box = Box(Bytes(head), at: 0) else { return nil }
            guard at + box.size <= end else { return nil }
            switch box.name {
            case "moov":
                guard let bytes = Self.read(descriptor, at, box.size), readHead(Bytes(bytes)) else { return nil }
                headBytes = at + box.size
                segmentStart = headBytes
            case "moof":
                guard headBytes > 0, let bytes = Self.read(descriptor, at, box.size), let length = Self.ticks(Bytes(bytes)) else { return nil }
                ticks = length
            case "mdat":
                guard let length = ticks else { return nil }
                segments.append(.init(bytes: at + box.size - segmentStart, ticks: length))
                segmentStart = at + box.size
                ticks = nil
            default: break
            }
            at += box.size
        }
        guard headBytes > 0, timescale > 0, !segments.isEmpty, segmentStart == end else { return nil }
    }

    static func read(_ descriptor: Int32, _ offset: Int, _ count: Int) -> [UInt8]? {
        guard count > 0, count <= 16 << 20 else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        var got = 0
        while got < count {
            let more = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress! + got, count - got, off_t(offset + got)) }
            if more < 0, errno == EINTR { continue }
            guard more > 0 else { return nil }
            got += more
        }
        return bytes
    }

    private mutating func readHead(_ moov: Bytes) -> Bool {
        guard let media = Box.find(["moov", "trak", "mdia"], in: moov), let header = Box.find(["mdhd"], in: moov, of: media),
            let version = moov.big(1, at: header.lowerBound)
        else { return false }
        timescale = moov.big(4, at: header.lowerBound + (version == 1 ? 20 : 12)) ?? 0
        // A list's count stands before its entries, and 78 bytes of a picture's (28 of a sound's) before the boxes in it.
        guard let list = Box.find(["minf", "stbl", "stsd"], in: moov, of: media) else { return false }
        let entries = list.lowerBound + 8..<max(list.lowerBound + 8, list.upperBound)
        func settings(_ entry: String, _ box: String) -> Range<Int>? {
            guard let picture = Box.find([entry], in: moov, of: entries) else { return nil }
            return Box.find([box], in: moov, of: picture.lowerBound + 78..<max(picture.lowerBound + 78, picture.upperBound))
        }
        if let settings = settings("avc1", "avcC"), let profile = moov.big(3, at: settings.lowerBound + 1)
        {
            let digits = String(profile, radix: 16)
            codecs = "avc1." + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
        } else if Box.find(["mp4a"], in: moov, of: entries) != nil {
            codecs = "mp4a.40.2" // what we make is AAC-LC
        } else if Box.find(["Opus"], in: moov, of: entries) != nil {
            codecs = "opus"
        } else if let settings = settings("av01", "av1C"), let kind = moov.big(1, at: settings.lowerBound + 1), let depth = moov.big(1, at: settings.lowerBound + 2) {
            codecs = Self.av1(kind: kind, depth: depth)
        }
        return true
    }

    /// AV1 Codec ISO Media File Format Binding, sections 2.3.3 and 5: profile, level, tier and bits of a colour.
    private static func av1(kind: Int, depth: Int) -> String {
        let level = kind & 0x1F, bits = depth & 0x40 == 0 ? "08" : depth & 0x20 == 0 ? "10" : "12"
        return "av01.\(kind >> 5).\(level < 10 ? "0" : "")\(level)\(depth & 0x80 == 0 ? "M" : "H").\(bits)"
    }

    /// How long a fragment lasts.
    private static func ticks(_ moof: Bytes) -> Int? {
        guard let track = Box.find(["moof", "traf"], in: moof), let header = Box.find(["tfhd"], in: moof, of: track),
            let headerFlags = moof.big(3, at: header.lowerBound + 1)
        else { return nil }
        // What is there, of: base data offset, sample description, default duration.
        let before = (headerFlags & 0x1 != 0 ? 8 : 0) + (headerFlags & 0x2 != 0 ? 4 : 0)
        let usual = headerFlags & 0x8 != 0 ? moof.big(4, at: header.lowerBound + 8 + before) : nil
        var total = 0
        for run in Box.all("trun", in: moof, of: track) {
            guard let flags = moof.big(3, at: run.lowerBound + 1), let count = moof.big(4, at: run.lowerBound + 4) else { return nil }
            if flags & 0x100 == 0 {
                guard let usual else { return nil }
                total += count * usual
                continue
            }
            let entry = [0x100, 0x200, 0x400, 0x800].reduce(0) { $0 + (flags & $1 != 0 ? 4 : 0) }
            var at = run.lowerBound + 8 + (flags & 0x1 != 0 ? 4 : 0) + (flags & 0x4 != 0 ? 4 : 0)
            for _ in 0..<count {
                guard at < run.upperBound, let length = moof.big(4, at: at) else { return nil }
                total += length
                at += entry
            }
        }
        return total
    }
}

struct Box {
    let name: String
    /// With its header.
    let size: Int
    let headerBytes: Int

    init?(_ bytes: Bytes, at offset: Int) {
        guard let size = bytes.big(4, at: offset), bytes.count >= offset + 8 else { return nil }
        name = String(decoding: bytes.all[offset + 4..<offset + 8], as: UTF8.self)
        if size == 1 {
            guard let high = bytes.big(4, at: offset + 8), let low = bytes.big(4, at: offset + 12), high < 1 << 20 else { return nil }
            (self.size, headerBytes) = (high << 32 | low, 16)
        } else {
            (self.size, headerBytes) = (size, 8)
        }
        guard self.size >= headerBytes else { return nil }
    }

    /// What the boxes of that name hold, of those that lie in the range.
    static func all(_ name: String, in bytes: Bytes, of range: Range<Int>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var at = range.lowerBound
        while at < range.upperBound, let box = Box(bytes, at: at), at + box.size <= range.upperBound {
            if box.name == name { found.append(at + box.headerBytes..<at + box.size) }
            at += box.size
        }
        return found
    }

    /// What the first box at the end of a path of names holds.
    static func find(_ path: [String], in bytes: Bytes, of range: Range<Int>? = nil) -> Range<Int>? {
        path.reduce(range ?? 0..<bytes.count) { range, name in range.flatMap { all(name, in: bytes, of: $0).first } }
    }
}

import LecternCrypto

extension Manifest {
    private static let magic = Array("lectern output 1\n".utf8)

    /// Little-endian; each block behind its length; the SHA-256 of it all at the end, since a file that lost power
    /// half-way reads as zeros.
    func encoded() -> [UInt8] {
        var bytes = Self.magic
        bytes.reserveCapacity(folders.paths.bytes.count * 2 + folders.live.count * 32 + units.reduce(0) { $0 + $1.paths.bytes.count + 128 })
        bytes.append(mode.rawValue)
        for identity in [root, previousRoot] {
            bytes.appendNumber(identity.device)
            bytes.appendNumber(identity.inode)
        }
        bytes.appendBlock(mark)
        bytes.appendBlock(boot)
        bytes.appendNumber(UInt64(units.count))
        for unit in units {
            bytes.appendBlock(Array(unit.name.utf8))
            bytes.appendBlock(unit.mark)
            bytes.appendBlock(unit.paths.bytes)
        }
        bytes.appendBlock(folders.paths.bytes)
        bytes.appendStamps(folders.live)
        bytes.appendStamps(folders.previous)
        bytes.appendBlock(foreign.bytes)
        bytes.appendBlock(delta.bytes)
        bytes.append(contentsOf: Digest(bytes).bytes)
        return bytes
    }

    /// Nil when the bytes are not a whole manifest of this version.
    init?(_ bytes: [UInt8]) {
        let count = bytes.count - 32
        guard count > 0, bytes.starts(with: Self.magic),
            bytes.withUnsafeBytes({ Digest(UnsafeRawBufferPointer(rebasing: $0[..<count])).bytes.elementsEqual($0[count...]) })
        else { return nil }
        var reader = BlockReader(bytes: bytes, at: Self.magic.count, end: count)
        guard let mode = reader.byte().flatMap(Mode.init) else { return nil }
        self.mode = mode
        root = TreeIdentity(device: reader.number(), inode: reader.number())
        previousRoot = TreeIdentity(device: reader.number(), inode: reader.number())
        mark = reader.block()
        boot = reader.block()
        for _ in 0..<reader.number() where !reader.failed {
            let name = String(decoding: reader.block(), as: UTF8.self)
            units.append(Unit(name: name, mark: reader.block(), paths: PathList(bytes: reader.block())))
        }
        folders.paths = PathList(bytes: reader.block())
        folders.live = reader.stamps()
        folders.previous = reader.stamps()
        foreign = PathList(bytes: reader.block())
        delta = PathList(bytes: reader.block())
        guard !reader.failed, reader.at == count, folders.live.count == folders.previous.count else { return nil }
    }
}

extension [UInt8] {
    fileprivate mutating func appendNumber(_ number: UInt64) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func appendBlock(_ block: [UInt8]) {
        appendNumber(UInt64(block.count))
        append(contentsOf: block)
    }

    fileprivate mutating func appendStamps(_ stamps: [FolderStamp]) {
        appendNumber(UInt64(stamps.count))
        for stamp in stamps {
            appendNumber(stamp.inode)
            appendNumber(UInt64(bitPattern: stamp.nanoseconds))
        }
    }
}

private struct BlockReader {
    let bytes: [UInt8]
    var at: Int
    let end: Int
    var failed = false

    mutating func take(_ count: Int) -> Range<Int>? {
        guard !failed, count >= 0, count <= end - at else {
            failed = true
            return nil
        }
        defer { at += count }
        return at..<at + count
    }

    mutating func byte() -> UInt8? {
        take(1).map { bytes[$0.lowerBound] }
    }

    mutating func number() -> UInt64 {
        guard let range = take(8) else { return 0 }
        return bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self)) }
    }

    mutating func block() -> [UInt8] {
        guard let range = take(Int(clamping: number())) else { return [] }
        return Array(bytes[range])
    }

    mutating func stamps() -> [FolderStamp] {
        let count = number()
        guard count <= UInt64(end - at) / 16 else {
            failed = true
            return []
        }
        return (0..<count).map { _ in FolderStamp(inode: number(), nanoseconds: Int64(bitPattern: number())) }
    }
}

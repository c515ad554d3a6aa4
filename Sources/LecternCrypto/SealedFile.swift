/// A sealed file, version 1 (docs/sealed.md): a header of 40 bytes, then chunks of AES-256-GCM.
///
/// | bytes | what |
/// |---|---|
/// | 0..<7 | "lectern" |
/// | 7 | version, 1 |
/// | 8..<12 | epoch |
/// | 12..<28 | salt |
/// | 28..<32 | chunk size: bytes of text in every chunk but the last |
/// | 32..<40 | length of the text in bytes |
///
/// Numbers are big-endian. Chunk *i* stands at 40 + *i* · (chunk size + 16), and is its ciphertext and the tag of 16. Its
/// nonce is *i* in 8 bytes, three zeros, and 1 for the last chunk, else 0; the header is its associated data. An empty text
/// is one empty chunk.
public struct SealedHeader: Sendable, Equatable {
    public static let bytes = 40
    private static let magic = Array("lectern\u{1}".utf8)

    public var epoch: UInt32
    public var salt: [UInt8]
    public var chunkBytes: Int
    public var length: Int

    init(epoch: Int, salt: [UInt8], chunkBytes: Int, length: Int) {
        precondition(salt.count == SealSalt.bytes && (1...(1 << 30)).contains(chunkBytes) && length >= 0)
        self.epoch = UInt32(epoch)
        self.salt = salt
        self.chunkBytes = chunkBytes
        self.length = length
    }

    /// - Throws: for anything but a header of version 1.
    public init(_ bytes: some Collection<UInt8>) throws(SealBroken) {
        let head = Array(bytes.prefix(Self.bytes))
        guard head.count == Self.bytes, head.starts(with: Self.magic) else { throw SealBroken() }
        epoch = head[8..<12].reduce(0) { $0 << 8 | UInt32($1) }
        salt = Array(head[12..<28])
        chunkBytes = head[28..<32].reduce(0) { $0 << 8 | Int($1) }
        let length = head[32..<40].reduce(0) { $0 << 8 | UInt64($1) }
        guard (1...(1 << 30)).contains(chunkBytes), length <= 1 << 50 else { throw SealBroken() }
        self.length = Int(length)
    }

    public var encoded: [UInt8] {
        var out = Self.magic
        withUnsafeBytes(of: epoch.bigEndian) { out += $0 }
        out += salt
        withUnsafeBytes(of: UInt32(chunkBytes).bigEndian) { out += $0 }
        withUnsafeBytes(of: UInt64(length).bigEndian) { out += $0 }
        return out
    }

    /// At least one, and the last may be shorter than the others.
    public var chunkCount: Int { max(1, (length + chunkBytes - 1) / chunkBytes) }

    /// How large the whole file is.
    public var sealedBytes: Int { Self.bytes + length + chunkCount * AESGCM.tagBytes }

    func nonce(_ index: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt64(index).bigEndian) { Array($0) } + [0, 0, 0, index == chunkCount - 1 ? 1 : 0]
    }
}

/// Seals one file, chunk by chunk, so that a film of gigabytes needs the memory of one chunk.
public struct FileSealer: Sendable {
    public let header: SealedHeader
    /// The header's bytes: the file begins with them.
    public let head: [UInt8]
    private let key: [UInt8]

    /// - Parameter salt: of exactly the bytes that will be sealed (`SealSalt`).
    public init(key: LessonKey, path: String, salt: [UInt8], epoch: Int, length: Int, chunkBytes: Int) {
        header = SealedHeader(epoch: epoch, salt: salt, chunkBytes: chunkBytes, length: length)
        head = header.encoded
        self.key = key.fileKey(salt: salt, path: path)
    }

    /// - Parameter index: from 0; each of them once.
    public func seal(_ text: UnsafeRawBufferPointer, chunk index: Int) -> [UInt8] {
        precondition(text.count == min(header.chunkBytes, header.length - index * header.chunkBytes))
        return AESGCM.seal(text, key: key, nonce: header.nonce(index), authenticated: head)
    }
}

/// Seals a file that is in memory.
/// - Parameters:
///   - path: what the file is, below the site's root; it opens under this path alone.
///   - key: of the lesson and the epoch that it belongs to.
public func sealFile(_ text: [UInt8], path: String, key: LessonKey, secret: SiteSecret, epoch: Int, chunkBytes: Int) -> [UInt8] {
    let salt = SealSalt(secret: secret, path: path, length: text.count)
    text.withUnsafeBytes { salt.update($0) }
    let sealer = FileSealer(key: key, path: path, salt: salt.salt(), epoch: epoch, length: text.count, chunkBytes: chunkBytes)
    var out = sealer.head
    out.reserveCapacity(sealer.header.sealedBytes)
    text.withUnsafeBytes { text in
        for index in 0..<sealer.header.chunkCount {
            let start = index * chunkBytes
            out += sealer.seal(UnsafeRawBufferPointer(rebasing: text[start..<min(start + chunkBytes, text.count)]), chunk: index)
        }
    }
    return out
}

/// Opens a sealed file.
/// - Throws: `SealBroken` when a byte differs, something is missing or left over, or path or key are another file's.
public func openSealedFile(_ sealed: [UInt8], path: String, key: LessonKey) throws(SealBroken) -> [UInt8] {
    let header = try SealedHeader(sealed)
    guard header.length <= sealed.count, sealed.count == header.sealedBytes else { throw SealBroken() }
    let head = Array(sealed.prefix(SealedHeader.bytes))
    let fileKey = key.fileKey(salt: header.salt, path: path)
    var text: [UInt8] = []
    text.reserveCapacity(header.length)
    for index in 0..<header.chunkCount {
        let start = SealedHeader.bytes + index * (header.chunkBytes + AESGCM.tagBytes)
        let end = min(start + header.chunkBytes + AESGCM.tagBytes, sealed.count)
        text += try AESGCM.open(Array(sealed[start..<end]), key: fileKey, nonce: header.nonce(index), authenticated: head)
    }
    return text
}

import Glibc
import LecternCore

/// Bytes gathered under many keys, those of a key in the order in which they came: the entries of a tag, the words of a
/// part of the search index.
///
/// What is more than a few megabytes goes into a file without a name, sorted by key, so that a large site's lists never
/// stand in memory; the system removes it with this process, however that ends. A class, since it holds that file.
final class Spool {
    /// How many keys there are: 0 to this.
    private(set) var keyCount = 0
    private let folder: String?
    private let limitBytes: Int
    private var file: Int32 = -1
    private var fileBytes = 0
    /// What lies in the file of each key.
    private var pieces: [[Piece]] = []
    /// What waits in memory.
    private var arena: [UInt8] = []
    private var records: [Record] = []
    private var areRecordsSorted = true

    private struct Piece {
        var offset: Int
        var count: Int
    }

    private struct Record {
        var key: Int32
        var offset: Int32
        var count: Int32
    }

    /// - Parameters:
    ///   - folder: where the file may be; nil keeps everything in memory, for builds that write nothing.
    ///   - limitBytes: how much may wait in memory.
    init(folder: String?, limitBytes: Int = 4 << 20) {
        self.folder = folder
        self.limitBytes = limitBytes
    }

    deinit { if file >= 0 { close(file) } }

    func makeKey() -> Int {
        keyCount += 1
        pieces.append([])
        return keyCount - 1
    }

    /// - Throws: when there is no room on the disk.
    func append(_ bytes: some Collection<UInt8>, to key: Int) throws(Problem) {
        if let folder, arena.count + bytes.count > limitBytes, !arena.isEmpty { try writeOut(folder) }
        records.append(Record(key: Int32(key), offset: Int32(arena.count), count: Int32(bytes.count)))
        arena.append(contentsOf: bytes)
        areRecordsSorted = false
    }

    /// Calls its argument with a key's bytes, in pieces that begin and end where an `append` did.
    func forEachPiece(of key: Int, _ body: ([UInt8]) throws(Problem) -> Void) throws(Problem) {
        for piece in pieces[key] { try body(try read(piece)) }
        sortRecords()
        var low = 0
        var high = records.count
        while low < high {
            let middle = (low + high) / 2
            if records[middle].key < key { low = middle + 1 } else { high = middle }
        }
        while low < records.count, records[low].key == key {
            let record = records[low]
            try body(Array(arena[Int(record.offset)..<Int(record.offset + record.count)]))
            low += 1
        }
    }

    private func sortRecords() {
        if areRecordsSorted { return }
        // Offsets rise in the order of coming.
        records.sort { ($0.key, $0.offset) < ($1.key, $1.offset) }
        areRecordsSorted = true
    }

    private func writeOut(_ folder: String) throws(Problem) {
        if file < 0 { file = try Self.openNameless(folder) }
        sortRecords()
        var out: [UInt8] = []
        out.reserveCapacity(arena.count)
        for record in records {
            let key = Int(record.key)
            if let last = pieces[key].last, last.offset + last.count == fileBytes + out.count {
                pieces[key][pieces[key].count - 1].count += Int(record.count)
            } else {
                pieces[key].append(Piece(offset: fileBytes + out.count, count: Int(record.count)))
            }
            out.append(contentsOf: arena[Int(record.offset)..<Int(record.offset + record.count)])
        }
        let failure = out.withUnsafeBytes { writeAll(file, $0) }
        guard failure == 0 else { throw Self.problem(failure) }
        fileBytes += out.count
        records.removeAll(keepingCapacity: true)
        arena.removeAll(keepingCapacity: true)
    }

    private func read(_ piece: Piece) throws(Problem) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: piece.count) { buffer, done in
            while done < piece.count {
                let count = pread(file, buffer.baseAddress! + done, piece.count - done, off_t(piece.offset + done))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    failure = count < 0 ? errno : EIO
                    return
                }
                done += count
            }
        }
        guard failure == 0 else { throw Self.problem(failure) }
        return bytes
    }

    private static func openNameless(_ folder: String) throws(Problem) -> Int32 {
        let path = folder + "/spool"
        unlink(path)
        let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0, unlink(path) == 0 else { throw problem(errno) }
        return file
    }

    private static func problem(_ code: Int32) -> Problem { OutputFolder.problem(SystemFailure(code: code, path: ""), shown: "output") }
}

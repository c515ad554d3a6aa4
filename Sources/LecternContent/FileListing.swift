import Glibc

/// A file of the creator's folder, as the disk describes it.
public struct SourceFile: Sendable, Equatable {
    /// From the site's folder, with `/`: "content/courses/python/01-a.md".
    public var path: String
    public var size: Int64
    public var modifiedNanoseconds: Int64
    public var changedNanoseconds: Int64
    public var inode: UInt64

    public init(path: String, size: Int64, modifiedNanoseconds: Int64, changedNanoseconds: Int64, inode: UInt64) {
        self.path = path
        self.size = size
        self.modifiedNanoseconds = modifiedNanoseconds
        self.changedNanoseconds = changedNanoseconds
        self.inode = inode
    }

    /// "01-a.md".
    public var name: Substring { path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[path.utf8.index(after: $0)...] } ?? path[...] }
    /// "content/courses/python", without a slash at its end; "" for the site's folder.
    public var folder: Substring { path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[..<$0] } ?? "" }
}

/// Files as the disk describes them, in bytes: no object a file, so that 100,000 lessons are listed in a few megabytes, and
/// whether a course changed is one comparison.
public struct FileListing: Sendable, Equatable {
    /// A folder after another: its path and a NUL, how many files it has (4 bytes), then for each file four numbers of 8
    /// bytes (size, the two times, inode), its name and a NUL. Numbers have their lowest byte first.
    public private(set) var bytes: [UInt8]

    /// - Parameter bytes: as `bytes` gave them, perhaps damaged: what follows the damage is then not listed.
    public init(bytes: [UInt8] = []) { self.bytes = bytes }

    public var isEmpty: Bool { bytes.isEmpty }

    public var files: [SourceFile] {
        var files: [SourceFile] = []
        forEach { folder, file in
            files.append(
                SourceFile(
                    path: folder.isEmpty ? String(decoding: file.name, as: UTF8.self) : joined(folder, file.name), size: file.size,
                    modifiedNanoseconds: file.modifiedNanoseconds, changedNanoseconds: file.changedNanoseconds, inode: file.inode))
        }
        return files
    }

    public var count: Int {
        var count = 0
        forEach { _, _ in count += 1 }
        return count
    }

    /// When a file was changed last; nil without files.
    public var newestChangeNanoseconds: Int64? {
        var newest: Int64?
        forEach { _, file in newest = max(newest ?? .min, file.changedNanoseconds) }
        return newest
    }

    public mutating func append(_ other: FileListing) { bytes += other.bytes }

    public static func == (a: FileListing, b: FileListing) -> Bool {
        a.bytes.count == b.bytes.count
            && a.bytes.withUnsafeBytes { x in b.bytes.withUnsafeBytes { x.isEmpty || memcmp(x.baseAddress!, $0.baseAddress!, x.count) == 0 } }
    }
}

extension FileListing {
    struct Entry {
        var size: Int64
        var modifiedNanoseconds: Int64
        var changedNanoseconds: Int64
        var inode: UInt64
        /// Without its NUL.
        var name: UnsafeBufferPointer<UInt8>
    }

    /// - Parameter folder: "content/courses"; empty for the site's folder.
    mutating func append(folder: [UInt8], _ entries: some Collection<Entry>) {
        if entries.isEmpty { return }
        bytes.append(contentsOf: folder)
        bytes.append(0)
        append(UInt32(entries.count))
        for entry in entries {
            append((entry.size.littleEndian, entry.modifiedNanoseconds.littleEndian, entry.changedNanoseconds.littleEndian, entry.inode.littleEndian))
            bytes.append(contentsOf: entry.name)
            bytes.append(0)
        }
    }

    private mutating func append<Number>(_ number: Number) { withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) } }

    private func forEach(_ body: (_ folder: UnsafeBufferPointer<UInt8>, Entry) -> Void) {
        bytes.withUnsafeBufferPointer { all in
            var at = 0
            func text() -> UnsafeBufferPointer<UInt8>? {
                guard at < all.count, let end = memchr(all.baseAddress! + at, 0, all.count - at) else { return nil }
                let text = UnsafeBufferPointer(start: all.baseAddress! + at, count: UnsafeRawPointer(end) - UnsafeRawPointer(all.baseAddress! + at))
                at += text.count + 1
                return text
            }
            func number<Number: FixedWidthInteger>(_ type: Number.Type) -> Number {
                defer { at += MemoryLayout<Number>.size }
                return Number(littleEndian: UnsafeRawPointer(all.baseAddress! + at).loadUnaligned(as: type))
            }
            while let folder = text(), all.count - at >= 4 {
                for _ in 0..<number(UInt32.self) {
                    guard all.count - at > 32 else { return }
                    let (size, modified, changed) = (number(Int64.self), number(Int64.self), number(Int64.self))
                    let inode = number(UInt64.self)
                    guard let name = text() else { return }
                    body(folder, Entry(size: size, modifiedNanoseconds: modified, changedNanoseconds: changed, inode: inode, name: name))
                }
            }
        }
    }

    private func joined(_ folder: UnsafeBufferPointer<UInt8>, _ name: UnsafeBufferPointer<UInt8>) -> String {
        String(unsafeUninitializedCapacity: folder.count + 1 + name.count) { path in
            _ = path.update(fromContentsOf: folder)
            path[folder.count] = UInt8(ascii: "/")
            _ = path[(folder.count + 1)...].update(fromContentsOf: name)
            return folder.count + 1 + name.count
        }
    }
}

import Glibc

/// Tells when anything below some folders changes (inotify(7)).
///
/// Folders that are made later are watched too. When the kernel's queue overflows, that counts as a change.
struct FolderWatch: ~Copyable {
    private let descriptor: Int32
    private var folders: [Int32: String] = [:]
    private let ignored: Set<String>
    /// Whether the system had no watch left for some folder.
    private(set) var missesFolders = false

    private static let mask = UInt32(IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB)

    /// - Parameters:
    ///   - roots: absolute; those that do not exist are passed over.
    ///   - ignored: folders that are not looked into, absolute: the output.
    /// - Returns: nil when the system has no watches to give (fs.inotify.max_user_instances).
    init?(_ roots: [String], ignoring ignored: Set<String>) {
        let descriptor = inotify_init1(Int32(IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        self.descriptor = descriptor
        self.ignored = ignored
        for root in roots { add(root) }
    }

    deinit { close(descriptor) }

    private mutating func add(_ top: String) {
        var pending = [top]
        while let folder = pending.popLast() {
            let watch = inotify_add_watch(descriptor, folder, Self.mask | UInt32(IN_ONLYDIR))
            if watch < 0, errno == ENOSPC { missesFolders = true }
            guard watch >= 0 else { continue }
            folders[watch] = folder
            guard let stream = opendir(folder) else { continue }
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                guard !name.hasPrefix("."), !isIgnored(name, in: folder) else { continue }
                let type = entry.pointee.d_type
                if type == UInt8(DT_DIR) || type == UInt8(DT_UNKNOWN) { pending.append(folder + "/" + name) }
            }
        }
    }

    private func isIgnored(_ name: String, in folder: String) -> Bool {
        name == "node_modules" || ignored.contains(folder + "/" + name)
    }

    /// Waits until something changed, and then until nothing has for a moment: an editor saves in several steps.
    ///
    /// - Parameter settleMilliseconds: how long it must be quiet.
    mutating func waitForChange(settleMilliseconds: Int32) {
        while !take(waitMilliseconds: -1) {}
        while take(waitMilliseconds: settleMilliseconds) {}
    }

    /// - Returns: whether something changed that a site could be made of.
    private mutating func take(waitMilliseconds: Int32) -> Bool {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&event, 1, waitMilliseconds) > 0 else { return false }
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return false }
        var changed = false
        var made: [String] = []
        buffer.withUnsafeBytes { bytes in
            var at = 0
            while at + MemoryLayout<inotify_event>.size <= count {
                let event = bytes.loadUnaligned(fromByteOffset: at, as: inotify_event.self)
                let name = bytes[(at + MemoryLayout<inotify_event>.size)...].prefix(Int(event.len)).prefix { $0 != 0 }
                at += MemoryLayout<inotify_event>.size + Int(event.len)
                let text = String(decoding: name, as: UTF8.self)
                if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { changed = true }
                // Editors' own files: .#name, name~, 4913 (vim tries whether it may write).
                if text.hasPrefix(".") || text.hasSuffix("~") || text == "4913" { continue }
                guard let folder = folders[event.wd] else { continue }
                if isIgnored(text, in: folder) { continue }
                changed = true
                if event.mask & UInt32(IN_ISDIR) != 0, event.mask & UInt32(IN_CREATE | IN_MOVED_TO) != 0 { made.append(folder + "/" + text) }
            }
        }
        for folder in made { add(folder) }
        return changed
    }
}

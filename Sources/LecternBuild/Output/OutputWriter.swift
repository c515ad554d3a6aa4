import Glibc
import LecternCore

/// Writes files of the site into the staged tree; each process, and each thread, has its own.
///
/// Bytes that the output holds already are not written, and the file keeps its time. Where a unit is made twice in one
/// build, what it wrote the first time is named to the commit as superseded.
/// Files get mode 0644 and folders 0755, whatever the umask says.
public struct OutputWriter: ~Copyable {
    /// What was made since the last `takeReport`: all paths, and those of them whose bytes are new.
    public struct Report: Sendable, Equatable {
        public var made = PathList()
        public var changed = PathList()
    }

    private let folders: StagingFolders
    /// The output; -1 when there is none.
    private let live: Int32
    private let staging: FolderHandle
    private let twin: Int32
    private var report = Report()
    /// Folders of the staged tree that are known to be there.
    private var ready: Set<OutputPath> = [.root]
    /// Whether the umask takes away from our modes; not known before the first folder or file.
    private var isMasked: Bool?
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    /// - Throws: when the staged tree cannot be opened.
    public init(_ folders: StagingFolders) throws(Problem) {
        self.folders = folders
        do throws(SystemFailure) {
            staging = try FolderHandle(folders.staging)
        } catch {
            throw Problem(.error, "\(error.path): \(String(cString: strerror(error.code)))", file: folders.shown)
        }
        live = folders.live.map { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) } ?? -1
        twin = folders.twin.map { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) } ?? -1
    }

    deinit {
        if live >= 0 { close(live) }
        if twin >= 0 { close(twin) }
    }

    public mutating func takeReport() -> Report {
        defer { report = Report() }
        return report
    }

    /// - Parameter path: below the output: "courses/a/index.html".
    /// - Returns: whether the bytes differ from the output's.
    /// - Throws: when the disk refuses; the output is untouched.
    @discardableResult
    public mutating func put(_ path: String, _ bytes: [UInt8]) throws(Problem) -> Bool {
        let path = try checked(path)
        if live >= 0, holds(bytes, path, in: live, &buffer) {
            report.made.append(path)
            return false
        }
        try write(path) { writer in writer.create(path, bytes) }
        return true
    }

    /// Says that a file of the output is still right, without looking at it.
    public mutating func keep(_ path: String) throws(Problem) { report.made.append(try checked(path)) }

    /// Publishes a file of this machine that is never changed in place, such as one of a cache, by a hard link; by a
    /// copy where that cannot be, or where its mode is not 0644.
    ///
    /// - Returns: whether it differs from the output's.
    @discardableResult
    public mutating func link(_ path: String, from file: String) throws(Problem) -> Bool {
        try publish(path, from: file, mayLink: true)
    }

    /// Publishes a copy of a file, for example of the creator's, who may edit it in place.
    ///
    /// - Returns: whether it differs from the output's.
    @discardableResult
    public mutating func copy(_ path: String, from file: String) throws(Problem) -> Bool {
        try publish(path, from: file, mayLink: false)
    }

    private mutating func publish(_ path: String, from file: String, mayLink: Bool) throws(Problem) -> Bool {
        let path = try checked(path)
        let source = open(file, O_RDONLY | O_CLOEXEC)
        var info = stat()
        guard source >= 0, fstat(source, &info) == 0, info.isFile else {
            let reason = source >= 0 ? "not a plain file" : String(cString: strerror(errno))
            if source >= 0 { close(source) }
            throw Problem(.error, "this file cannot be published: \(reason)", file: file)
        }
        defer { close(source) }
        if live >= 0, isSame(source, info, as: path, in: live) {
            report.made.append(path)
            return false
        }
        let wantsLink = mayLink && info.permissions == 0o644
        try write(path) { writer in
            if wantsLink {
                let code = path.withCString { linkat(AT_FDCWD, file, writer.staging.descriptor, $0, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno }
                guard [EXDEV, EPERM, EMLINK, EOPNOTSUPP].contains(code) else { return code }
            }
            guard lseek(source, 0, SEEK_SET) == 0 else { return errno }
            return copyToNewFile(source, path.terminated, in: writer.staging.descriptor, mode: 0o644)
        }
        return true
    }

    private func checked(_ text: String) throws(Problem) -> OutputPath {
        let path = OutputPath(text)
        guard path.isPlain, path != StateName.stagingInside else {
            throw Problem(.error, "\"\(text)\" is not a path that a site can have", file: folders.shown)
        }
        return path
    }

    // MARK: Writing

    /// - Parameter create: makes the file, which must not exist; gives 0 or an `errno`.
    private mutating func write(_ path: OutputPath, _ create: (inout OutputWriter) -> Int32) throws(Problem) {
        var code = makeFolders(path.parent ?? .root)
        if code == 0 {
            code = create(&self)
            if code == EEXIST {
                do throws(SystemFailure) {
                    try staging.removeTree(path)
                    code = create(&self)
                } catch {
                    code = error.code
                }
            }
        }
        if code == 0, twin >= 0 {
            code = path.withCString { name in
                if linkat(staging.descriptor, name, twin, name, 0) == 0 { return 0 }
                guard errno == EEXIST, unlinkat(twin, name, 0) == 0 else { return errno }
                return linkat(staging.descriptor, name, twin, name, 0) == 0 ? 0 : errno
            }
        }
        guard code == 0 else { throw OutputFolder.problem(SystemFailure(code: code, path: path.text), shown: folders.shown) }
        report.made.append(path)
        report.changed.append(path)
    }

    private mutating func create(_ path: OutputPath, _ bytes: [UInt8]) -> Int32 {
        let file = path.withCString {
            openat(staging.descriptor, $0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        }
        guard file >= 0 else { return errno }
        var failure = bytes.withUnsafeBytes { writeAll(file, $0) }
        if isMasked == nil {
            var info = stat()
            if fstat(file, &info) == 0 { isMasked = info.permissions != 0o644 }
        }
        if failure == 0, isMasked != false, fchmod(file, 0o644) != 0 { failure = errno }
        if close(file) != 0, failure == 0 { failure = errno }
        return failure
    }

    /// Makes a folder of the staged tree and those above it. A link is never followed: an old file in the way goes,
    /// and whether it was a foreign one is found before the swap.
    private mutating func makeFolders(_ folder: OutputPath) -> Int32 {
        if ready.contains(folder) { return 0 }
        let code = makeFolders(folder.parent ?? .root)
        guard code == 0 else { return code }
        do throws(SystemFailure) {
            if path(folder, mkdirIn: staging.descriptor) != 0 {
                guard errno == EEXIST else { return errno }
                if try staging.info(folder)?.isFolder != true {
                    try staging.removeFile(folder)
                    try staging.makeFolder(folder, mode: 0o755)
                }
            }
            if twin >= 0, path(folder, mkdirIn: twin) != 0, errno != EEXIST { return errno }
        } catch {
            return error.code
        }
        ready.insert(folder)
        return 0
    }

    private func path(_ folder: OutputPath, mkdirIn descriptor: Int32) -> Int32 {
        folder.withCString { name in
            guard mkdirat(descriptor, name, 0o755) == 0 else { return -1 }
            return isMasked == false ? 0 : fchmodat(descriptor, name, 0o755, 0)
        }
    }
}

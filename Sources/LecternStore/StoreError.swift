import GRDB

/// Why the store could not do what was asked. Nothing of the failed call was saved, and what was answered before stays:
/// answer 507 to `.full`, 503 to the others, and let the caller come again.
public enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No space is left. Writing works again once there is some.
    case full
    /// Another program held the database for longer than we wait.
    case busy
    /// The file cannot be read or written, or is damaged; in SQLite's words.
    case broken(String)
    /// A newer Lectern made this database: `found` is its schema's version, `known` is the newest that we read.
    case newer(file: String, found: Int, known: Int)
    /// What was written is not what the caller read: somebody was faster, or it breaks a rule of the schema.
    case conflict(String)
    /// The store was closed.
    case closed

    public var description: String {
        switch self {
        case .full: "the disk is full"
        case .busy: "another program is writing to the database"
        case .broken(let why): "the database cannot be used: \(why)"
        case .newer(let file, let found, let known):
            "\(file) was written by a newer Lectern (version \(found) of its tables; this one knows \(known)): "
                + "use that Lectern, or restore a backup made before the upgrade"
        case .conflict(let why): "the database refused it: \(why)"
        case .closed: "the database is closed"
        }
    }

    /// In our words, whatever a statement threw. No value of a row is quoted: a log may show this.
    init(_ error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError:
            switch error.resultCode {
            case .SQLITE_FULL: self = .full
            case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
            case .SQLITE_CONSTRAINT: self = .conflict(error.message ?? "constraint")
            // Shared memory and locks beside the file grow as well, and fail like this when nothing is left.
            case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE: self = .full
            case .SQLITE_MISUSE: self = .closed
            default: self = .broken("\(error.message ?? "no message") (\(error.extendedResultCode.rawValue))")
            }
        default: self = .broken("\(error)")
        }
    }
}

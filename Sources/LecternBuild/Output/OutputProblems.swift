import Glibc
import LecternCore

/// Why a build's files did not reach the output. The old output is untouched, unless a problem says otherwise.
public struct OutputError: Error {
    public var problems: [Problem]

    public init(_ problems: [Problem]) { self.problems = problems }
}

extension OutputFolder {
    func problem(_ failure: SystemFailure) -> Problem {
        Self.problem(failure, shown: shown)
    }

    /// What a failed call of the system means to the creator, who knows the output as `shown`.
    static func problem(_ failure: SystemFailure, shown: String) -> Problem {
        let reason = String(cString: strerror(failure.code))
        let place = failure.path.isEmpty ? shown : failure.path
        switch failure.code {
        case EACCES, EPERM, EROFS:
            return Problem(
                .error, "the output cannot be written: \(reason) (\(place))", file: shown,
                help: [
                    "you need the right to write in it and in the folder above, where the old site is swapped for the new",
                    "or build into another folder: lectern build --output DIR",
                ])
        case ENOSPC, EDQUOT:
            return Problem(
                .error, "the disk is full: \(reason)", file: shown,
                help: [untouched, "make room on its disk, then build again"])
        case ENAMETOOLONG:
            return Problem(
                .error, "a file's name is too long for the disk: \(place)", file: shown,
                help: ["give the page a shorter slug (at most 255 bytes, about 80 Chinese characters)"])
        case EMFILE, ENFILE:
            return Problem(.error, "too many files are open", file: shown, help: ["raise the limit with: ulimit -n 4096"])
        default:
            return Problem(.error, "the output cannot be written: \(reason) (\(place))", file: shown)
        }
    }

    static let untouched = "the old site is untouched"

    var anotherBuildRuns: Problem {
        Problem(
            .error, "another build is writing here", file: shown,
            help: ["wait until it ends, or build into another folder: lectern build --output DIR"])
    }

    /// - Parameter paths: where a file that Lectern did not make stands in the way.
    func conflicts(_ paths: [OutputPath]) -> [Problem] {
        let shownCount = 10
        var problems = paths.prefix(shownCount).map { path in
            Problem(
                .error, "Lectern did not make this file, and a page wants its place", file: shown + "/" + path.text,
                help: ["move it away, or put it into static/ if it belongs to the site"])
        }
        if paths.count > shownCount {
            problems.append(
                Problem(
                    .error, "\(paths.count - shownCount) more files stand in the way of pages", file: shown,
                    help: ["if all of it was built before, remove the folder and build again: rm -r \(path)"]))
        }
        return problems
    }
}

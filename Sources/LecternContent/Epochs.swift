import Glibc
import LecternCore

/// Which keys the paid lessons of each course are sealed with: `content/epochs.yml`, which `lectern keys rotate` writes
/// and its creator commits.
public struct Epochs: Sendable, Equatable {
    public struct Course: Sendable, Equatable {
        /// 1 and up.
        public var epoch: Int
        /// The one before, and until when pages that were made in it still open.
        public var previous: Int?
        public var until: Moment?

        public init(epoch: Int, previous: Int? = nil, until: Moment? = nil) {
            self.epoch = epoch
            self.previous = previous
            self.until = until
        }

        /// The epochs that the build makes files of: its own first.
        public func made(at now: Moment) -> [Int] {
            guard let previous, let until, now < until else { return [epoch] }
            return [epoch, previous]
        }
    }

    private var courses: [String: Course] = [:]

    public init() {}

    /// 1 for a course whose keys were never changed.
    public subscript(course: String) -> Course {
        get { courses[course] ?? Course(epoch: 1) }
        set { courses[course] = newValue }
    }

    /// Begins the next epoch of a course.
    /// - Parameter until: when pages of the one before no longer open; nil: at once.
    public mutating func rotate(_ course: String, until: Moment?) {
        let last = self[course].epoch
        self[course] = Course(epoch: last + 1, previous: until == nil ? nil : last, until: until)
    }

    /// As the file holds them.
    public var fileText: String {
        var out = "# The keys of paid lessons. Written by `lectern keys rotate`; commit it.\n"
        for (course, epoch) in courses.sorted(by: { $0.key < $1.key }) {
            out += "\(quoted(course)): {epoch: \(epoch.epoch)"
            if let previous = epoch.previous, let until = epoch.until { out += ", previous: \(previous), until: \(until.rfc3339)" }
            out += "}\n"
        }
        return out
    }

    private func quoted(_ id: String) -> String {
        let isPlain = id.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "-") }
        return isPlain && id.contains(where: \.isLetter) && id.first != "-"
            ? id : "\"" + id.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

/// Reads `epochs.yml`: `course: {epoch: 2, previous: 1, until: 2026-12-08}`.
public func readEpochs(_ bytes: [UInt8], file: String) -> (Epochs, [Problem]) {
    var epochs = Epochs()
    var problems: [Problem] = []
    do throws(Problem) {
        for entry in try readYAML(bytes, file: file).entries ?? [] {
            let value = entry.value
            let previous = value["previous"], until = value["until"]
            let moment = until?.text.flatMap { Moment($0) }
            guard let epoch = value["epoch"]?.integer, (1...1_000_000).contains(epoch),
                (previous == nil) == (until == nil), previous == nil || (previous?.integer.map { (1..<epoch).contains($0) } == true && moment != nil)
            else {
                problems.append(
                    Problem(
                        .error, "the epoch of \"\(entry.key)\" cannot be read", file: file, line: entry.line,
                        help: ["write \(entry.key): {epoch: 2, previous: 1, until: 2026-12-08}, or take the file back from git"]))
                continue
            }
            epochs[entry.key] = Epochs.Course(epoch: epoch, previous: previous?.integer, until: moment)
        }
    } catch { problems.append(error) }
    return (epochs, problems)
}

/// The epochs of a site: none for one that has no such file.
public func readEpochs(of folder: SiteFolder) -> (Epochs, [Problem]) {
    guard let file = folder.epochsFile, access(folder.root + "/" + file, F_OK) == 0 else { return (Epochs(), []) }
    do throws(Problem) {
        return readEpochs(try readText(folder.root + "/" + file, shownAs: file, limitBytes: TextLimit.yamlBytes), file: file)
    } catch { return (Epochs(), [error]) }
}

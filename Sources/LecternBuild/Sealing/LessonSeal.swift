import LecternContent
import LecternCore
import LecternCrypto
import LecternMedia

/// What the site seals its paid lessons with.
struct SiteSealing: Sendable {
    let secret: SiteSecret
    let epochs: Epochs
    let now: Moment
}

/// Seals what belongs to one paid lesson in one language: its text, and every file that the text shows or offers.
///
/// In the first days of an epoch all is made twice, once under the keys of the epoch before: a page that a browser or a
/// cache still has goes on working.
final class LessonSeal {
    /// The lesson's page: "courses/a/b/".
    let page: String
    private let secret: SiteSecret
    private let keys: [(epoch: Int, key: LessonKey)]
    private unowned let unit: UnitBuilder
    /// Names in the current epoch, and those of the same files in the one before.
    private var earlierNames: [(now: String, before: String)] = []
    private var known: [String: String] = [:]

    /// What a text holds in one chunk, and what a file holds in each.
    private static let textChunkBytes = 16 << 20
    static let fileChunkBytes = 1 << 20

    init(_ sealing: SiteSealing, course: String, lesson: String, page: String, in unit: UnitBuilder) {
        self.page = page
        self.unit = unit
        secret = sealing.secret
        keys = sealing.epochs[course].made(at: sealing.now).map {
            ($0, lessonKey(secret: sealing.secret, course: course, lesson: lesson, epoch: $0))
        }
    }

    var epoch: Int { keys[0].epoch }
    /// What the text is opened under.
    var textPath: String { page + "text" }

    /// Seals the lesson's text, when it is rendered.
    /// - Returns: the sealed file's path below the site's root.
    func put(text: [UInt8], for source: String) throws(Problem) -> String {
        var path = ""
        for (index, key) in keys.enumerated() {
            let text = index == 0 ? text : namingEarlier(text)
            let name = try put(packText(text), at: textPath, key, chunkBytes: Self.textChunkBytes, for: source)
            if index == 0 { path = name }
        }
        return path
    }

    /// Seals a small file.
    /// - Parameter path: where it would lie if it were not sealed.
    /// - Returns: the URL that stands in the sealed text: the sealed file, and behind `#` the path to open it under.
    func put(_ path: String, _ bytes: [UInt8], for source: String) throws(Problem) -> String {
        try sealed(path) { key throws(Problem) in try put(bytes, at: path, key, chunkBytes: Self.fileChunkBytes, for: source) }
    }

    /// Seals a file of the creator's or of a cache, of any size.
    func publish(_ path: String, from file: String, for source: String) throws(Problem) -> String {
        try sealed(path) { key throws(Problem) in
            let large = try publish(path, from: file, nil, key, for: source)
            return sealedName(path, key.epoch, large.digest)
        }
    }

    /// Seals the pieces of a film, each a file of its own, and the list of them that a player reads (`StreamList`).
    /// - Parameters:
    ///   - better: the same film in fewer bytes, for browsers that know how to read them.
    ///   - folder: where the film would lie if it were not sealed.
    /// - Returns: the list's URL.
    func publish(_ stream: FilmStream, _ better: FilmStream?, in folder: String, for source: String) throws(Problem) -> String {
        let path = folder + StreamList.name
        return try sealed(path) { key throws(Problem) in
            let list = try StreamList.bytes(stream, better, epoch: key.epoch) { track, piece, part throws(Problem) in
                try publish(folder + StreamList.name(of: track, piece), from: track.cacheFile, part, key, for: source).digest
            }
            return try put(list, at: path, key, chunkBytes: Self.fileChunkBytes, for: source)
        }
    }

    private func publish(
        _ path: String, from file: String, _ part: Range<Int>?, _ key: (epoch: Int, key: LessonKey), for source: String
    ) throws(Problem) -> SealedCopy {
        let copy = try SealedCopy(
            of: file, part: part, path: path, secret: secret, key: key.key, epoch: key.epoch, cache: unit.context.cacheFolder)
        let name = sealedName(path, key.epoch, copy.digest)
        if !unit.made.contains(name) { try unit.publish(name, from: copy.cacheFile, for: source) }
        return copy
    }

    private func sealed(_ path: String, _ make: ((epoch: Int, key: LessonKey)) throws(Problem) -> String) throws(Problem) -> String {
        if let url = known[path] { return url }
        var names: [String] = []
        for key in keys { names.append(try make(key)) }
        if names.count > 1 { earlierNames.append((names[0].lastSegment, names[1].lastSegment)) }
        let url = unit.context.address.url(names[0]) + "#" + queryEncoded(path)
        known[path] = url
        return url
    }

    private func put(
        _ bytes: [UInt8], at path: String, _ key: (epoch: Int, key: LessonKey), chunkBytes: Int, for source: String
    ) throws(Problem) -> String {
        let sealed = sealFile(bytes, path: path, key: key.key, secret: secret, epoch: key.epoch, chunkBytes: chunkBytes)
        let name = sealedName(path, key.epoch, Digest(sealed).hex(8))
        // A picture that stands twice in a lesson, a film that two languages share.
        if !unit.made.contains(name) { try unit.put(name, sealed, for: source) }
        return name
    }

    private func sealedName(_ path: String, _ epoch: Int, _ digest: String) -> String {
        path.dropLast(path.lastSegment.utf8.count) + "sealed.\(epoch).\(digest).bin"
    }

    /// The text with every sealed file's name exchanged for that of the epoch before.
    private func namingEarlier(_ text: [UInt8]) -> [UInt8] {
        var text = text
        for (now, before) in earlierNames { text.replace(Array(now.utf8), with: Array(before.utf8)) }
        return text
    }
}

extension String {
    /// "a/b/c.pdf" → "c.pdf".
    fileprivate var lastSegment: String { lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self }
}

extension UnitBuilder {
    /// Says until when the course's files are what they are, and that a site without a secret cannot publish what it sells.
    func noteSealing(of course: Course) {
        if let until = context.epochs[course.id].until {
            let now = context.publishing.now
            facts.validity.formIntersection(
                now < until
                    ? Validity(from: Moment(seconds: .min), until: until) : Validity(from: until, until: Moment(seconds: .max)))
        }
        let paid = Set(course.editions.flatMap(\.lessons).filter { $0.access == .paid }.map(\.id)).count
        guard paid > 0, context.lacksSecret else { return }
        warn(
            "\(paid == 1 ? "a paid lesson" : "\(paid) paid lessons") of this course cannot be published: the site has no secret to seal them with",
            file: course.path, help: ["make one: lectern keys new", "or name the one that you have: --secret-file, LECTERN_SITE_SECRET"])
    }

    /// - Returns: nil for a site without a secret: its paid lessons stay on this machine.
    func seal(course: String, lesson: String, page: String) -> LessonSeal? {
        context.sealing.map { LessonSeal($0, course: course, lesson: lesson, page: page, in: self) }
    }
}

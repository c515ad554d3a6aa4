import LecternContent
import LecternCore
import LecternCrypto

/// Facts as bytes: first what other units' pages may show (the summary), then what only checks need.
extension UnitFacts {
    /// Raised whenever the shape changes, so that a newer program does not misread an older one's facts.
    static let version = 5

    /// Which parts to decode: a feed has no use for anchors.
    struct Parts: OptionSet {
        let rawValue: Int
        static let summary = Parts(rawValue: 1)
        static let links = Parts(rawValue: 2)
        static let problems = Parts(rawValue: 4)
        static let anchors = Parts(rawValue: 8)
        static let all: Parts = [.summary, .links, .problems, .anchors]
    }

    func encoded() -> [UInt8] {
        var out = BinaryWriter()
        out.write(summary())
        out.write(part { $0.write(outsideLinks) { $0.write($1) } })
        out.write(
            part {
                $0.write(Int(validity.from.seconds))
                $0.write(Int(validity.until.seconds))
                $0.write(problems) { $0.write($1) }
            })
        out.write(part { $0.write(anchors) { $0.write($1) } })
        return out.bytes
    }

    private func part(_ write: (inout BinaryWriter) -> Void) -> [UInt8] {
        var out = BinaryWriter()
        write(&out)
        return out.bytes
    }

    /// The part that pages about many units are made of.
    func summary() -> [UInt8] {
        var out = BinaryWriter()
        out.write(Self.version)
        out.write(unit)
        out.write(pages) { $0.write($1) }
        out.write(courses) { $0.write($1) }
        out.write(aliases) { out, alias in
            out.write(alias.from)
            out.write(alias.to)
            out.write(alias.file)
            out.write(alias.line)
        }
        out.write(requires) { out, require in
            out.write(require.from)
            out.write(require.to)
            out.write(require.file)
            out.write(require.line)
        }
        return out.bytes
    }

    /// - Throws: `BinaryReader.Damaged` for bytes that are not facts of this version: the unit is then built anew.
    init(_ bytes: [UInt8], _ parts: Parts = .all) throws(BinaryReader.Damaged) {
        var reader = BinaryReader(bytes)
        self.init(unit: "")
        if parts.contains(.summary) { try readSummary(try reader.blob()) } else { try reader.skip() }
        if parts.contains(.links) {
            var part = BinaryReader(try reader.blob())
            outsideLinks = try part.list { reader throws(BinaryReader.Damaged) in try OutsideLink(&reader) }
        } else {
            try reader.skip()
        }
        if parts.contains(.problems) {
            var part = BinaryReader(try reader.blob())
            validity = Validity(from: Moment(seconds: Int64(try part.int())), until: Moment(seconds: Int64(try part.int())))
            problems = try part.list { reader throws(BinaryReader.Damaged) in try Problem(&reader) }
        } else {
            try reader.skip()
        }
        if parts.contains(.anchors) {
            var part = BinaryReader(try reader.blob())
            anchors = try part.list { reader throws(BinaryReader.Damaged) in try reader.strings() }
        } else {
            try reader.skip()
        }
    }

    private mutating func readSummary(_ bytes: [UInt8]) throws(BinaryReader.Damaged) {
        var summary = BinaryReader(bytes)
        guard try summary.int() == Self.version else { throw BinaryReader.Damaged() }
        unit = try summary.string()
        pages = try summary.list { reader throws(BinaryReader.Damaged) in try PageFact(&reader) }
        courses = try summary.list { reader throws(BinaryReader.Damaged) in try CourseFact(&reader) }
        aliases = try summary.list { reader throws(BinaryReader.Damaged) in
            AliasFact(from: try reader.string(), to: try reader.string(), file: try reader.string(), line: try reader.int())
        }
        requires = try summary.list { reader throws(BinaryReader.Damaged) in
            RequireFact(from: try reader.string(), to: try reader.string(), file: try reader.string(), line: try reader.int())
        }
    }
}

extension BinaryWriter {
    mutating func write(_ moment: Moment?) { write(moment.map { Int($0.seconds) }) }

    mutating func write(_ page: PageFact) {
        write(page.kind.rawValue)
        for text in [page.source, page.language, page.path, page.title, page.description, page.id, page.courseTitle] { write(text) }
        write(page.published)
        write(page.modified)
        write(page.access.rawValue)
        write(page.tags)
        write(page.concepts)
        write(page.alternates) { out, alternate in
            out.write(alternate.language)
            out.write(alternate.path)
        }
        write(page.images)
        write(page.video != nil)
        if let video = page.video {
            write(video.path)
            write(video.poster)
            write(video.durationSeconds)
        }
        write(page.durationSeconds)
        write(page.noindex)
    }

    mutating func write(_ course: CourseFact) {
        for text in [course.id, course.language, course.path, course.title, course.description, course.level] { write(text) }
        write(course.cover)
        for number in [course.hue, course.lessonCount, course.durationSeconds, course.order] { write(number) }
        for prices in [course.prices, course.earlyBird?.prices ?? [], course.floors] {
            write(prices) { out, price in
                out.write(Int(price.minorUnits))
                out.write(price.currency.code)
            }
        }
        write(course.earlyBird?.until)
        write(course.published)
        write(course.lessons) { out, lesson in
            for text in [lesson.id, lesson.title, lesson.path, lesson.access.rawValue] { out.write(text) }
            out.write(lesson.durationSeconds)
            out.write(lesson.dripDays)
        }
    }

    mutating func write(_ link: OutsideLink) {
        switch link.target {
        case .source(let path, let language):
            write(0)
            write(path)
            write(language)
        case .path(let path):
            write(1)
            write(path)
        case .id(let id, let language):
            write(2)
            write(id)
            write(language)
        }
        for text in [link.anchor, link.file, link.written, link.seenPath, link.seenTitle] { write(text) }
        write(link.line)
    }

    mutating func write(_ problem: Problem) {
        for text in [problem.severity.rawValue, problem.message, problem.file] { write(text) }
        write(problem.line)
        write(problem.help)
        write(problem.isLeftOut)
    }
}

extension BinaryReader {
    fileprivate mutating func moment() throws(Damaged) -> Moment? {
        try optionalInt().map { Moment(seconds: Int64($0)) }
    }

    fileprivate mutating func access() throws(Damaged) -> Access {
        guard let access = Access(rawValue: try string()) else { throw Damaged() }
        return access
    }
}

extension PageFact {
    fileprivate init(_ reader: inout BinaryReader) throws(BinaryReader.Damaged) {
        guard let kind = Kind(rawValue: try reader.int()) else { throw BinaryReader.Damaged() }
        self.kind = kind
        source = try reader.string()
        language = try reader.string()
        path = try reader.string()
        title = try reader.string()
        description = try reader.string()
        id = try reader.string()
        courseTitle = try reader.string()
        published = try reader.moment()
        modified = try reader.moment()
        access = try reader.access()
        tags = try reader.strings()
        concepts = try reader.strings()
        alternates = try reader.list { reader throws(BinaryReader.Damaged) in (try reader.string(), try reader.string()) }
        images = try reader.strings()
        video = nil
        if try reader.bool() {
            video = VideoFact(path: try reader.string(), poster: try reader.string(), durationSeconds: try reader.int())
        }
        durationSeconds = try reader.int()
        noindex = try reader.bool()
    }
}

extension BinaryReader {
    fileprivate mutating func prices() throws(Damaged) -> [Money] {
        try list { reader throws(BinaryReader.Damaged) in
            let minorUnits = Int64(try reader.int())
            guard let currency = Currency(try reader.string()) else { throw BinaryReader.Damaged() }
            return Money(minorUnits: minorUnits, currency: currency)
        }
    }
}

extension CourseFact {
    fileprivate init(_ reader: inout BinaryReader) throws(BinaryReader.Damaged) {
        id = try reader.string()
        language = try reader.string()
        path = try reader.string()
        title = try reader.string()
        description = try reader.string()
        level = try reader.string()
        cover = try reader.blob()
        hue = try reader.int()
        lessonCount = try reader.int()
        durationSeconds = try reader.int()
        order = try reader.int()
        prices = try reader.prices()
        let early = try reader.prices()
        floors = try reader.prices()
        earlyBird = try reader.moment().map { EarlyBird(prices: early, until: $0) }
        published = try reader.moment()
        lessons = try reader.list { reader throws(BinaryReader.Damaged) in
            LessonFact(
                id: try reader.string(), title: try reader.string(), path: try reader.string(), access: try reader.access(),
                durationSeconds: try reader.int(), dripDays: try reader.int())
        }
    }
}

extension OutsideLink {
    init(_ reader: inout BinaryReader) throws(BinaryReader.Damaged) {
        switch try reader.int() {
        case 0: target = .source(try reader.string(), language: try reader.string())
        case 1: target = .path(try reader.string())
        case 2: target = .id(try reader.string(), language: try reader.string())
        default: throw BinaryReader.Damaged()
        }
        anchor = try reader.string()
        file = try reader.string()
        written = try reader.string()
        seenPath = try reader.string()
        seenTitle = try reader.string()
        line = try reader.int()
    }
}

extension Problem {
    init(_ reader: inout BinaryReader) throws(BinaryReader.Damaged) {
        guard let severity = Severity(rawValue: try reader.string()) else { throw BinaryReader.Damaged() }
        let message = try reader.string()
        let file = try reader.string()
        let line = try reader.optionalInt()
        self.init(severity, message, file: file, line: line, help: try reader.strings())
        isLeftOut = try reader.bool()
    }
}

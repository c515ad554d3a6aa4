import LecternCore
import LecternStore

/// Learners from another platform, as a table says them; nothing is written yet.
public struct LearnerImport: Sendable, Equatable {
    public struct Row: Sendable, Equatable {
        public var line: Int
        public var email: EmailAddress
        public var name: String?
        public var language: String
        /// Ids.
        public var courses: [String]
        public var since: Instant?
        public var until: Instant?
    }

    public var rows: [Row]
}

/// Why a table is not taken: every bad row of it, at once.
public struct LearnerImportProblems: Error, Hashable {
    public var problems: [Problem]
}

/// What an import did, or would do.
public struct LearnersImported: Sendable, Equatable {
    /// A course of a row that was closed to its learner since, and stays closed.
    public struct Closed: Sendable, Equatable {
        public var line: Int
        public var email: EmailAddress
        public var course: String
        public var end: EnrollmentEnd
    }

    public var newLearners = 0
    public var newEnrollments = 0
    /// Rows, or courses of rows, that were so already.
    public var unchanged = 0
    public var closed: [Closed] = []

    public init() {}
}

extension Shop {
    /// Reads a table with a head: an address and a course in each row, and perhaps a name, a language and the dates from and
    /// until which somebody is enrolled. Several courses are separated by `|`; a course is known by its id or its title.
    /// - Parameter file: as it is called in problems.
    public func readLearners(csv: [UInt8], file: String) throws(LearnerImportProblems) -> LearnerImport {
        let table: CSV
        do { table = try CSV(csv) } catch {
            let problem =
                switch error {
                case .isNotUTF8(let line):
                    Problem(.error, "this row is not in UTF-8", file: file, line: line, help: ["save the table again as \"CSV UTF-8\""])
                case .isBrokenQuote(let line):
                    Problem(.error, "a quote in this row is not closed, or stands in the middle of a field", file: file, line: line, help: ["inside a field, a quote is written twice"])
                }
            throw LearnerImportProblems(problems: [problem])
        }
        guard let head = table.rows.first else { throw LearnerImportProblems(problems: [Problem(.error, "this table is empty", file: file)]) }
        var reader = LearnerRows(file: file, index: catalogue())
        reader.read(head)
        for row in table.rows.dropFirst() where !reader.isHopeless { reader.read(row) }
        guard reader.problems.isEmpty else { throw LearnerImportProblems(problems: reader.problems) }
        return LearnerImport(rows: reader.rows)
    }

    /// Enrolls the learners of a table. Repeating it changes nothing; who is enrolled already keeps that, and the longer end.
    /// What the creator revoked, or a refund or a dispute closed, stays closed.
    /// - Parameter isDry: says what would be done, and writes nothing.
    public func importLearners(_ table: LearnerImport, isDry: Bool) async throws(StoreError) -> LearnersImported {
        var done = LearnersImported(), met: Set<EmailAddress> = []
        // What a dry run would have written by now: a second row for one course is counted as it would be then.
        var planned: [PlannedCourse: Enrollment] = [:]
        let now = now()
        for row in table.rows {
            var learner = try store.learner(email: row.email)
            if learner == nil, met.insert(row.email).inserted { done.newLearners += 1 }
            if !isDry {
                let found = try await store.findOrMakeLearner(email: row.email, language: row.language, newID: newID(), now: now)
                if found.name == nil, let name = row.name { try await store.setName(of: found.id, to: name) }
                learner = found
            }
            let known = try learner.map { learner throws(StoreError) in try store.enrollments(of: learner.id, now: now) } ?? []
            for course in row.courses {
                let place = PlannedCourse(email: row.email, course: course)
                // One that is over already is there all the same: it is not new each time.
                var given = planned[place]
                if given == nil, let learner { given = try store.givenEnrollment(of: learner.id, in: course) }
                if [given, known.first { $0.course == course }].contains(where: { $0.map { isCovered(row, by: $0) } ?? false }) {
                    done.unchanged += 1
                    continue
                }
                var end: EnrollmentEnd?
                if let learner {
                    end = isDry
                        ? try store.enrollmentEnd(of: learner.id, in: course)
                        : try await store.enroll(learner.id, in: course, source: .imported, since: row.since ?? now, until: row.until)
                }
                if let end {
                    done.closed.append(LearnersImported.Closed(line: row.line, email: row.email, course: course, end: end))
                } else {
                    done.newEnrollments += 1
                    if isDry {
                        planned[place] = Enrollment(
                            learner: learner?.id ?? ID(""), course: course, since: row.since ?? now, until: row.until, source: .imported)
                    }
                }
            }
        }
        return done
    }

    private func isCovered(_ row: LearnerImport.Row, by had: Enrollment) -> Bool {
        guard let until = had.until else { return true }
        return row.until.map { $0 <= until } ?? false
    }
}

private struct PlannedCourse: Hashable {
    var email: EmailAddress
    var course: String
}

/// Reads row after row, and keeps every problem.
private struct LearnerRows {
    enum Column: String, CaseIterable {
        case email, course, name, language, since, until

        /// As other platforms head it.
        var names: [String] {
            switch self {
            case .email: ["email", "e-mail", "emailaddress", "mail", "邮箱", "电子邮件", "电子邮箱", "邮件"]
            case .course: ["course", "courses", "courseid", "product", "课程"]
            case .name: ["name", "fullname", "learner", "student", "姓名", "名字", "学员"]
            case .language: ["language", "lang", "locale", "语言"]
            case .since: ["since", "date", "enrolledat", "createdat", "start", "startdate", "开始", "日期", "加入时间", "购买时间"]
            case .until: ["until", "expires", "expiresat", "end", "enddate", "截止", "到期"]
            }
        }
    }

    let file: String
    let index: CatalogueIndex
    private let titles: [String: String]
    private var columns: [Column: Int]?
    private(set) var rows: [LearnerImport.Row] = []
    private(set) var problems: [Problem] = []

    /// Without its head nothing in a table means anything.
    var isHopeless: Bool { columns == nil }

    init(file: String, index: CatalogueIndex) {
        self.file = file
        self.index = index
        titles = Dictionary(index.catalogue.courses.flatMap { course in course.title.values.map { ($0.lowercased(), course.id) } }) { first, _ in first }
    }

    mutating func read(_ row: CSV.Row) {
        if columns == nil { readHead(row) } else { readLearner(row) }
    }

    private mutating func readHead(_ row: CSV.Row) {
        var found: [Column: Int] = [:]
        for (place, field) in row.fields.enumerated() {
            let name = field.lowercased().filter { !$0.isWhitespace && $0 != "_" }
            guard let column = Column.allCases.first(where: { $0.names.contains(name) }), found[column] == nil else { continue }
            found[column] = place
        }
        let missing = [Column.email, .course].filter { found[$0] == nil }
        guard missing.isEmpty else {
            let names = missing.map { "\"\($0.rawValue)\"" }.joined(separator: " and ")
            add(row.line, "the first row names no column \(names)", ["found here: " + row.fields.filter { !$0.isEmpty }.joined(separator: ", ")])
            return
        }
        columns = found
    }

    private mutating func readLearner(_ row: CSV.Row) {
        func field(_ column: Column) -> String? {
            guard let place = columns?[column], place < row.fields.count, !row.fields[place].isEmpty else { return nil }
            return row.fields[place]
        }
        let count = problems.count
        let email = field(.email).flatMap { EmailAddress($0) }
        if email == nil { add(row.line, field(.email).map { "\"\($0)\" is no e-mail address" } ?? "an e-mail address is missing") }
        var courses: [String] = []
        for name in (field(.course) ?? "").split(separator: "|").map({ String($0).split(separator: " ").joined(separator: " ") }) where !name.isEmpty {
            guard let id = index.course(name)?.id ?? titles[name.lowercased()] else {
                add(row.line, "there is no course \"\(name)\"", ["there are: " + index.catalogue.courses.map(\.id).sorted().prefix(20).joined(separator: ", ")])
                continue
            }
            if !courses.contains(id) { courses.append(id) }
        }
        if courses.isEmpty, problems.count == count || field(.course) == nil { add(row.line, "a course is missing") }
        let since = date(.since, field(.since), row.line), until = date(.until, field(.until), row.line)
        if let since, let until, until <= since { add(row.line, "this enrollment ends before it begins") }
        if let name = field(.name), name.unicodeScalars.contains(where: { $0.value < 0x20 }) || name.count > 200 {
            add(row.line, "a name of more than one line, or of more than 200 letters, is none")
        }
        let language = language(field(.language), row.line)
        guard problems.count == count, let email else { return }
        rows.append(
            LearnerImport.Row(
                line: row.line, email: email, name: field(.name), language: language, courses: courses,
                since: since, until: until))
    }

    /// One of the site's, also as `en_US` or `EN`; where the row says none, the site's own.
    private mutating func language(_ text: String?, _ line: Int) -> String {
        guard let text else { return index.language("") }
        let known = index.catalogue.languages
        func plain(_ name: some StringProtocol) -> String { name.lowercased().replacing("_", with: "-") }
        func main(_ name: String) -> Substring { plain(name).prefix { $0 != "-" }[...] }
        if let same = known.first(where: { plain($0) == plain(text) }) ?? known.first(where: { main($0) == main(text) }) { return same }
        let near = nearest(text, among: known).map { ["did you mean \($0)?"] } ?? []
        add(line, "this site has no language \"\(text)\"", near + ["there are: \(known.joined(separator: ", ")); leave the field empty for \(index.language(""))"])
        return ""
    }

    /// `2025-03-01`, `2025/3/1`, or RFC 3339; a day in UTC.
    private mutating func date(_ column: Column, _ text: String?, _ line: Int) -> Instant? {
        guard let text else { return nil }
        let parts = text.split(separator: "/")
        let isSlashed = parts.count == 3 && parts[0].count == 4
        let plain = isSlashed ? parts.map { $0.count == 1 ? "0" + $0 : String($0) }.joined(separator: "-") : text
        guard let moment = Moment(plain) else {
            add(line, "\"\(text)\" is no date for \"\(column.rawValue)\"", ["write it like 2025-03-01"])
            return nil
        }
        return Instant(seconds: moment.seconds)
    }

    private mutating func add(_ line: Int, _ message: String, _ help: [String] = []) {
        problems.append(Problem(.error, message, file: file, line: line, help: help))
    }
}

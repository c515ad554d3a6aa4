import LecternContent
import LecternCore
import LecternCrypto

/// `catalogue.json`: the public contract between build and companion (`Catalogue` in LecternCore, docs/sealed.md).
/// Authenticated where the site has a secret.
///
/// It is as long as the site, and made a course at a time.
struct CatalogueFile {
    let context: SiteContext
    let courses: [CourseSources.Row]
    let sources: CourseSources
    /// Which edition of the terms the checkout of each language shows; empty where nothing is sold.
    let terms: [(language: String, edition: String)]

    func put(in unit: UnitBuilder, folder: String?) throws(Problem) {
        guard let secret = context.secret else {
            let file = GrowingFile("catalogue", folder: folder)
            try write(to: file)
            return try file.publish("catalogue.json", for: "catalogue.json", in: unit)
        }
        // The code stands before what it is made of, so that this one waits in memory.
        let file = GrowingFile("catalogue", folder: nil, limitBytes: .max)
        try write(to: file)
        try unit.put("catalogue.json", authenticated(catalogue: file.buffer, secret: secret), for: "catalogue.json")
    }

    private func write(to file: GrowingFile) throws(Problem) {
        let settings = context.settings
        var head: [UInt8] = []
        var members: [(String, JSON)] = [
            ("version", 1), ("revision", .number(Int(context.publishing.now.seconds))),
            ("baseURL", .text(context.address.origin.isEmpty ? "" : context.address.absolute(""))),
            ("title", .object(settings.languages.map { ($0, .text(settings.title[$0])) })),
            ("languages", .list(settings.languages.map { .text($0) })), ("currency", .text(settings.currency.code)),
        ]
        if let days = settings.refundDays { members.append(("refundDays", .number(days))) }
        if !terms.isEmpty { members.append(("terms", .object(terms.map { ($0.language, .text($0.edition)) }))) }
        if !settings.bundles.isEmpty { members.append(("bundles", .list(settings.bundles.map(bundleEntry)))) }
        if settings.gifts { members.append(("gifts", true)) }
        if let teams = settings.teams { members.append(("teams", .number(teams))) }
        JSON.object(members).write(to: &head)
        try file.append(head.dropLast() + Array(",\"courses\":[".utf8))
        let byID = Dictionary(grouping: courses, by: \.fact.id)
        var seen: Set<String> = []
        for row in courses where seen.insert(row.fact.id).inserted {
            let editions = (byID[row.fact.id] ?? []).compactMap { sources.whole($0) }
            guard let course = editions.first else { continue }
            var bytes: [UInt8] = seen.count > 1 ? [UInt8(ascii: ",")] : []
            entry(course, editions).write(to: &bytes)
            try file.append(bytes)
        }
        try file.append(Array("]".utf8))
        if let survey = context.survey {
            var bytes = Array(",\"survey\":".utf8)
            surveyEntry(survey).write(to: &bytes)
            try file.append(bytes)
        }
        try file.append(Array("}\n".utf8))
    }

    private func bundleEntry(_ bundle: BundleSettings) -> JSON {
        var members: [(String, JSON)] = [
            ("id", .text(bundle.id)), ("title", .object(context.settings.languages.map { ($0, .text(bundle.title[$0])) })),
            ("path", .object(context.settings.languages.map { ($0, .text(context.prefix($0) + bundle.path)) })),
            ("courses", .list(bundle.courses(among: courses.map(\.fact)).map { .text($0.value) })), ("prices", prices(bundle.prices)),
        ]
        if let months = bundle.months { members += [("months", .number(months)), ("graceDays", .number(bundle.graceDays))] }
        return .object(members)
    }

    private func prices(_ prices: [Money]) -> JSON {
        .list(prices.map { .object([("currency", .text($0.currency.code)), ("minorUnits", .number(Int($0.minorUnits)))]) })
    }

    private func surveyEntry(_ survey: Survey) -> JSON {
        func texts(_ text: LocalText) -> JSON { .object(context.settings.languages.map { ($0, .text(text[$0])) }) }
        return .object([
            (
                "questions",
                .list(
                    survey.questions.map { question in
                        let limit = if case .text(let limit) = question.kind { limit } else { 0 }
                        return .object([
                            ("id", .text(question.id)), ("prompt", texts(question.prompt)), ("kind", .text(question.kind.name)), ("limit", .number(limit)),
                            ("options", .list(question.kind.options.map { .object([("id", .text($0.id)), ("text", texts($0.text))]) })),
                        ])
                    })
            )
        ])
    }

    private func entry(_ course: CourseFact, _ editions: [CourseFact]) -> JSON {
        let lessonsByID = editions.map { Dictionary($0.lessons.map { ($0.id, $0) }) { first, _ in first } }
        return .object([
            ("id", .text(course.id)),
            ("title", .object(editions.map { ($0.language, .text($0.title)) })),
            ("path", .object(editions.map { ($0.language, .text($0.path)) })),
            ("prices", prices(course.prices)),
        ]
            + (course.earlyBird.map { [("earlyBird", .object([("prices", prices($0.prices)), ("until", .text($0.until.rfc3339))]))] } ?? [])
            + (course.floors.isEmpty ? [] : [("floors", prices(course.floors))]) + [
            ("epoch", .number(context.epochs[course.id].epoch)),
        ] + previous(context.epochs[course.id]) + [
            (
                "lessons",
                .list(
                    lessonIDs(editions).map { id in
                        let lessons = zip(editions, lessonsByID).compactMap { edition, lessons in
                            lessons[id].map { (edition.language, $0) }
                        }
                        let lesson = lessons[0].1
                        return .object([
                            ("id", .text(id)), ("title", .object(lessons.map { ($0.0, .text($0.1.title)) })),
                            ("path", .object(lessons.map { ($0.0, .text($0.1.path)) })), ("access", .text(lesson.access.rawValue)),
                            ("durationSeconds", .number(lesson.durationSeconds)), ("dripDays", .number(lesson.dripDays)),
                        ])
                    })
            ),
        ])
    }
}

private func previous(_ epochs: Epochs.Course) -> [(String, JSON)] {
    guard let previous = epochs.previous, let until = epochs.until else { return [] }
    return [("previous", .object([("epoch", .number(previous)), ("until", .text(until.rfc3339))]))]
}

/// Every lesson of a course once, in the order of its first edition; those that only another has, last.
private func lessonIDs(_ editions: [CourseFact]) -> [String] {
    var seen: Set<String> = []
    return editions.flatMap(\.lessons).map(\.id).filter { seen.insert($0).inserted }
}

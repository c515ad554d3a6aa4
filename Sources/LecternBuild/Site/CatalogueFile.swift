import LecternContent
import LecternCore
import LecternCrypto

/// `catalogue.json`: the public contract between build and companion (`Catalogue` in LecternCore, docs/sealed.md).
/// Authenticated where the site has a secret.
struct CatalogueFile {
    let bytes: [UInt8]

    init(_ courses: [CourseFact], in context: SiteContext) {
        let settings = context.settings
        let byID = Dictionary(grouping: courses, by: \.id)
        var seen: Set<String> = []
        let entries = courses.filter { seen.insert($0.id).inserted }.map { course -> JSON in
            let editions = byID[course.id] ?? [course]
            let lessonsByID = editions.map { Dictionary($0.lessons.map { ($0.id, $0) }) { first, _ in first } }
            return .object([
                ("id", .text(course.id)),
                ("title", .object(editions.map { ($0.language, .text($0.title)) })),
                ("path", .object(editions.map { ($0.language, .text($0.path)) })),
                ("prices", .list(course.prices.map { .object([("currency", .text($0.currency.code)), ("minorUnits", .number(Int($0.minorUnits)))]) })),
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
        var out: [UInt8] = []
        JSON.object([
            ("version", 1), ("revision", .number(Int(context.publishing.now.seconds))),
            ("baseURL", .text(context.address.origin.isEmpty ? "" : context.address.absolute(""))),
            ("title", .object(settings.languages.map { ($0, .text(settings.title[$0])) })),
            ("languages", .list(settings.languages.map { .text($0) })), ("currency", .text(settings.currency.code)), ("courses", .list(entries)),
        ]).write(to: &out)
        out.append(0x0A)
        bytes = context.secret.map { authenticated(catalogue: out, secret: $0) } ?? out
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

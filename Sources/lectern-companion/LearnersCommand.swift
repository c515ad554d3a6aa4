import ArgumentParser
import LecternContent
import LecternCore
import LecternShop
import LecternStore

struct LearnersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learners", abstract: "Lists, shows, enrolls, imports, exports and forgets learners.",
        discussion: """
            EXAMPLES
              lectern learners list --email example.com
              lectern learners enroll somebody@example.com python-intro
              lectern learners import old-platform.csv --dry-run
            """,
        subcommands: [List.self, Show.self, Enroll.self, Revoke.self, Import.self, Export.self, Forget.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists learners, the newest first.",
            discussion: """
                EXAMPLES
                  lectern learners list
                  lectern learners list --email example.com --json
                """)

        @OptionGroup var arguments: ShopArguments
        @Option(help: "Only those whose address holds this.") var email: String?
        @Option(help: "At most so many.") var limit = 100

        func validate() throws { if limit < 1 { throw ValidationError("--limit is 1 or more.") } }

        func run() async throws {
            let shop = try await arguments.open()
            try await arguments.tell(shop) { store in
                let found = try store.learners(email: email, limit: limit + 1), learners = Array(found.prefix(limit))
                arguments.tellOfMore(found.count > limit, limit)
                let rows = try learners.map { learner in
                    let courses = try store.enrollments(of: learner.id, memberships: shop.memberships, now: ProcessEnvironment.now).map(\.course)
                    return [learner.id.text, learner.email?.text ?? "", learner.createdAt.minute, learner.confirmedAt == nil ? "no" : "yes", courses.joined(separator: " ")]
                }
                return (table(["learner", "address", "since (UTC)", "confirmed", "courses"], rows), .list(learners.map(\.json)))
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows a learner's courses and orders.",
            discussion: """
                EXAMPLES
                  lectern learners show somebody@example.com
                """)

        @OptionGroup var arguments: ShopArguments
        @Argument(help: "An address, or an id.") var learner: String

        func run() async throws {
            let shop = try await arguments.open()
            try await arguments.tell(shop) { store in
                let learner = try shop.findLearner(learner)
                let enrollments = try store.enrollments(of: learner.id, memberships: shop.memberships, now: ProcessEnvironment.now), orders = try store.orders(of: learner.id)
                var lines = [
                    "learner    \(learner.id)", "address    \(learner.email?.text ?? "(forgotten)")\(learner.confirmedAt == nil ? ", not confirmed" : "")",
                    "since      \(learner.createdAt.minute) UTC", "language   \(learner.language)",
                ]
                for one in enrollments { lines.append("course     \(one.course) since \(one.since.minute)\(one.until.map { " until \($0.minute)" } ?? "") (\(one.source.rawValue))") }
                for one in orders { lines.append("order      \(one.order.id) \(one.state.kind.rawValue) \(one.order.total.text)") }
                guard case .object(let members) = learner.json else { return (lines.joined(separator: "\n") + "\n", learner.json) }
                let more: [JSON.Member] = [
                    .init("enrollments", .list(enrollments.map { ["course": .text($0.course), "since": .text($0.since.text), "until": $0.until.map { .text($0.text) } ?? .null, "source": .text($0.source.rawValue)] })),
                    .init("orders", .list(orders.map { ["id": .text($0.order.id.text), "state": .text($0.state.kind.rawValue), "total": $0.order.total.json] })),
                ]
                return (lines.joined(separator: "\n") + "\n", .object(members + more))
            }
        }
    }

    struct Enroll: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Enrolls somebody in a course by hand.",
            discussion: """
                EXAMPLES
                  lectern learners enroll somebody@example.com python-intro
                  lectern learners enroll somebody@example.com python-intro --until 2027-01-01
                """)

        @OptionGroup var arguments: ShopArguments
        @Argument(help: "An address; a learner is made of it when there is none.") var email: String
        @Argument(help: "The course's id.") var course: String
        @Option(help: "When it began: what opens later counts from then. Default: now.") var since: DateArgument?
        @Option(help: "When it ends. Default: never.") var until: DateArgument?

        func run() async throws {
            guard let address = EmailAddress(email) else { throw ValidationError("\"\(email)\" is no e-mail address.") }
            let shop = try await arguments.open()
            try await arguments.tell(shop) { _ in
                let learner = try await shop.enroll(address, in: course, since: since?.instant, until: until?.instant)
                return ("\(address) is enrolled in \(course).\n", ["learner": .text(learner.id.text), "course": .text(course)])
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends an enrollment that nobody paid for.",
            discussion: """
                What was paid for ends by a refund: lectern orders refund, of one course of several with --course. What was ordered \
                for nothing, by a coupon of 100 %, ends like what was given.

                EXAMPLES
                  lectern learners revoke somebody@example.com python-intro
                """)

        @OptionGroup var arguments: ShopArguments
        @Argument(help: "An address, or an id.") var learner: String
        @Argument(help: "The course's id.") var course: String

        func run() async throws {
            let shop = try await arguments.open()
            try await arguments.tell(shop) { _ in
                try await shop.revoke(learner, from: course)
                return ("The enrollment in \(course) is over.\n", ["course": .text(course), "enrolled": .flag(false)])
            }
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Enrolls learners from another platform's table.",
            discussion: """
                The table has a head: email and course, and perhaps name, language, since, until. Every bad row is named, and \
                then nothing is written. Repeating it changes nothing, and opens nothing that was revoked or refunded since: such rows \
                are named.

                EXAMPLES
                  lectern learners import old-platform.csv --dry-run
                  lectern learners import old-platform.csv
                """)

        @OptionGroup var arguments: ShopArguments
        @Argument(help: "A CSV file in UTF-8.", completion: .file(extensions: ["csv"])) var file: String
        @Flag(help: "Only says what would be done.") var dryRun = false

        func run() async throws {
            let bytes = try readFile(file, shownAs: file, limitBytes: 64 << 20)
            let shop = try await arguments.open()
            let learners: LearnerImport
            do throws(LearnerImportProblems) { learners = try shop.readLearners(csv: bytes, file: file) } catch { throw Problems(all: error.problems) }
            try await arguments.tell(shop) { _ in
                let done = try await shop.importLearners(learners, isDry: dryRun)
                Terminal.tell(done.closed.map { $0.problem(file) })
                let text = "\(dryRun ? "Would be new" : "New"): \(done.newLearners) learners, \(done.newEnrollments) enrollments. Unchanged: \(done.unchanged).\(done.closed.isEmpty ? "" : " Still closed: \(done.closed.count).")\n"
                let closed = done.closed.map { ["line": .whole(Int64($0.line)), "email": .text($0.email.text), "course": .text($0.course), "because": .text($0.end.rawValue)] as JSON }
                return (
                    text,
                    ["dryRun": .flag(dryRun), "newLearners": .whole(Int64(done.newLearners)), "newEnrollments": .whole(Int64(done.newEnrollments)), "unchanged": .whole(Int64(done.unchanged)), "closed": .list(closed)]
                )
            }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints everything that is kept about a person, as JSON.",
            discussion: """
                EXAMPLES
                  lectern learners export somebody@example.com > person.json
                """)

        @OptionGroup var arguments: ShopArguments
        @Argument(help: "An address, or an id.") var learner: String

        func run() async throws {
            let shop = try await arguments.open()
            try await arguments.tell(shop) { _ in
                let json = try shop.exportLearner(learner)
                return (String(decoding: json.bytes, as: UTF8.self) + "\n", json)
            }
        }
    }

    struct Forget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Removes a person, and keeps the books.",
            discussion: """
                Address, name, sessions, passkeys and progress go; orders and sums stay, and lead back to nobody. It cannot be \
                undone. Backups made before still hold the person.

                EXAMPLES
                  lectern learners forget somebody@example.com --yes
                """)

        @OptionGroup var arguments: ShopArguments
        @Argument(help: "An address, or an id.") var learner: String
        @Flag(help: "It is meant.") var yes = false

        func validate() throws { if !yes { throw ValidationError("Forgetting somebody cannot be undone: add --yes.") } }

        func run() async throws {
            let shop = try await arguments.open()
            try await arguments.tell(shop) { _ in
                try await shop.forgetLearner(learner)
                return ("The learner is forgotten; the books stay.\n", ["forgotten": true])
            }
        }
    }
}

extension LearnersImported.Closed {
    fileprivate func problem(_ file: String) -> Problem {
        let why = switch end {
        case .revoked: "was revoked"
        case .refunded: "was bought and refunded"
        case .disputed: "was bought, and the payment is disputed"
        case .chargedBack: "was bought, and the bank took the money back"
        case .lapsed: "came with a membership that is over"
        }
        // Who disputes a payment has not given the course back: nothing is suggested.
        let isSettled = end == .revoked || end == .refunded
        return Problem(
            .warning, "\(course) \(why), and stays closed to \(email)", file: file, line: line,
            help: isSettled ? ["lectern learners enroll \(email) \(course) opens it"] : [])
    }
}

extension Learner {
    fileprivate var json: JSON {
        [
            "id": .text(id.text), "email": email.map { .text($0.text) } ?? .null, "language": .text(language), "createdAt": .text(createdAt.text),
            "confirmedAt": confirmedAt.map { .text($0.text) } ?? .null,
        ]
    }
}

import ArgumentParser
import LecternBuild
import LecternContent
import LecternCore
import LecternTerminal

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "The keys of paid lessons: makes the site's secret, and changes a course's keys.",
        discussion: """
            EXAMPLES
              lectern keys                               which epoch each course is in
              lectern keys new                           make site.secret for a site that has none
              lectern keys rotate python-intro           from now on, other keys; old pages open for 14 days
              lectern keys rotate python-intro --grace 0
            """,
        subcommands: [List.self, New.self, Rotate.self], defaultSubcommand: List.self)

    /// What each of them takes.
    struct Place: ParsableArguments {
        @Option(help: "The site's folder.", completion: .directory)
        var site = "."
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows which epoch each course is in.")

        @OptionGroup var place: Place

        func run() throws {
            for (id, epochs) in try SiteKeys(place.site).courses() {
                let before = epochs.previous.flatMap { previous in epochs.until.map { ", and \(previous) until \($0.day)" } }
                try Terminal.write("\(id): epoch \(epochs.epoch)\(before ?? "")\n")
            }
        }
    }

    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes site.secret, which paid lessons are sealed with.")

        @OptionGroup var place: Place

        func run() throws {
            try SiteKeys(place.site).makeSecret()
            try Terminal.write("site.secret is made. Keep a copy elsewhere, keep it out of git, and give the same to the companion.\n")
        }
    }

    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Begins a course's next epoch: its lessons get other keys.",
            discussion: """
                For when a key may be in wrong hands, for example a refunded buyer's. Writes content/epochs.yml: commit it, \
                build, deploy. Buyers notice nothing.
                """)

        @Argument(help: "The course's id or its folder's name.")
        var course: String

        @Option(help: "For how many days pages of the epoch before go on opening.")
        var grace = 14

        @Option(help: "The date that the days are counted from. Default: SOURCE_DATE_EPOCH, else now.")
        var now: String?

        @OptionGroup var place: Place

        func validate() throws {
            if !(0...365).contains(grace) { throw ValidationError("--grace is from 0 to 365 days.") }
            if let now, Moment(now) == nil { throw ValidationError("--now is a date: 2026-03-01 or 2026-03-01T09:30:00+08:00.") }
        }

        func run() throws {
            let moment = now.flatMap { Moment($0) } ?? Environment.sourceDateEpoch?.moment ?? Environment.now
            let (id, epochs) = try SiteKeys(place.site).rotate(course, graceDays: grace, now: moment)
            let before = epochs.until.map { " Pages of before go on opening until \($0.day)." } ?? ""
            try Terminal.write("\(id) is in epoch \(epochs.epoch) now.\(before)\nCommit content/epochs.yml, build, and deploy.\n")
        }
    }
}

import ArgumentParser
import LecternCore
import LecternShop
import LecternStore

struct CouponsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coupons", abstract: "Adds, lists and ends coupons.",
        discussion: """
            EXAMPLES
              lectern coupons add SPRING --percent 20 --until 2027-04-01
              lectern coupons list
              lectern coupons end SPRING
            """,
        subcommands: [Add.self, List.self, End.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a code that takes something off, or all of it.",
            discussion: """
                A buyer types it at the checkout, or comes by a link that carries it: /checkout/?course=python&coupon=SPRING. An order \
                holds its coupon as soon as it is made, and gives it back when nobody pays.

                EXAMPLES
                  lectern coupons add SPRING --percent 20 --until 2027-04-01
                  lectern coupons add FIRST50 --amount 50 --currency CNY --limit 50 --per-learner 1
                  lectern coupons add FOR-LI-LEI --percent 100 --course python --limit 1
                """)

        @OptionGroup var arguments: ShopArguments
        @Argument(help: "3 to 40 letters, digits and dashes; capitals do not matter.") var code: String
        @Option(help: "How much is taken off, 1 to 100.") var percent: Int?
        @Option(help: "How much is taken off, in --currency; never more than the courses cost.") var amount: String?
        @Option(help: "Of --amount. Default: the site's.") var currency: String?
        @Option(help: "Only for this course; can be given again.") var course: [String] = []
        @Option(help: "For so many orders.") var limit: Int?
        @Option(help: "For so many orders of one learner.") var perLearner: Int?
        @Option(help: "From this date on.") var from: DateArgument?
        @Option(help: "Until this date, which is not in it.") var until: DateArgument?

        func validate() throws {
            guard (percent == nil) != (amount == nil) else { throw ValidationError("Give --percent or --amount, one of the two.") }
            if let percent, !(1...100).contains(percent) { throw ValidationError("--percent is 1 to 100.") }
            if percent != nil, currency != nil { throw ValidationError("--currency goes with --amount.") }
            for (name, number) in [("--limit", limit), ("--per-learner", perLearner)] {
                if let number, number < 1 { throw ValidationError("\(name) is 1 or more.") }
            }
            if let from, let until, until.instant <= from.instant { throw ValidationError("It would end before it begins.") }
            guard Coupon.normalized(code) != nil else { throw ValidationError("A code has 3 to 40 letters, digits and dashes.") }
        }

        func run() async throws {
            let shop = try await arguments.open()
            try await arguments.tell(shop) { _ in
                let record = try await shop.addCoupon(
                    CouponWanted(
                        code: code, percent: percent, amount: amount, currency: currency, courses: course, limit: limit,
                        limitPerLearner: perLearner, from: from?.instant, until: until?.instant))
                let links = shop.couponLinks(record.coupon).map { "  \($0)\n" }.joined()
                return ("\(record.coupon.code) takes off \(record.coupon.discount.text). Links that carry it:\n" + links, record.json)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists coupons, the newest first, with how many orders hold them.",
            discussion: """
                EXAMPLES
                  lectern coupons list
                  lectern coupons list --json
                """)

        @OptionGroup var arguments: ShopArguments

        func run() async throws {
            let shop = try await arguments.open()
            try await arguments.tell(shop) { store in
                let records = try store.coupons()
                let rows = records.map { record in
                    let coupon = record.coupon
                    return [
                        coupon.code, coupon.discount.text, coupon.courses.isEmpty ? "all" : coupon.courses.joined(separator: ", "),
                        "\(record.uses)\(coupon.limit.map { " of \($0)" } ?? "")", coupon.until.map { String($0.text.prefix(10)) } ?? "",
                        coupon.endedAt.map { "ended \($0.text.prefix(10))" } ?? "",
                    ]
                }
                return (table(["code", "takes off", "courses", "used", "until", ""], rows), ["coupons": .list(records.map(\.json))])
            }
        }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends a coupon: no new order gets it.",
            discussion: """
                Orders that hold it keep it. A code that was ended is not given out again.

                EXAMPLES
                  lectern coupons end SPRING
                """)

        @OptionGroup var arguments: ShopArguments
        @Argument(help: "Its code.") var code: String

        func run() async throws {
            let shop = try await arguments.open()
            try await arguments.tell(shop) { _ in
                let record = try await shop.endCoupon(code)
                return ("\(record.coupon.code) is ended; \(record.uses) orders hold it.\n", record.json)
            }
        }
    }
}

extension Coupon.Discount {
    fileprivate var text: String {
        switch self {
        case .percent(let percent): "\(percent) %"
        case .amount(let money): money.text
        }
    }
}

extension CouponRecord {
    fileprivate var json: JSON {
        var members: [JSON.Member] = [.init("code", .text(coupon.code))]
        switch coupon.discount {
        case .percent(let percent): members.append(.init("percent", .whole(Int64(percent))))
        case .amount(let money): members.append(.init("amount", money.json))
        }
        return .object(
            members + [
                .init("courses", .list(coupon.courses.map { .text($0) })), .init("limit", coupon.limit.map { .whole(Int64($0)) } ?? .null),
                .init("limitPerLearner", coupon.limitPerLearner.map { .whole(Int64($0)) } ?? .null), .init("uses", .whole(Int64(uses))),
                .init("from", coupon.from.map { .text($0.text) } ?? .null), .init("until", coupon.until.map { .text($0.text) } ?? .null),
                .init("createdAt", .text(coupon.createdAt.text)), .init("endedAt", coupon.endedAt.map { .text($0.text) } ?? .null),
            ])
    }
}

import ArgumentParser
import LecternCore
import LecternPayments
import LecternShop
import LecternStore

struct OrdersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders", abstract: "Lists, shows, confirms, refunds, reconciles and exports orders.",
        discussion: """
            EXAMPLES
              lectern orders list --state review
              lectern orders confirm 01HQ7KZ0M4    a transfer arrived
              lectern orders refund 01hq7kz0m4v3x8c5b2n9j6d1fs --amount 49
            """,
        subcommands: [List.self, Show.self, Confirm.self, Refund.self, Reconcile.self, Alerts.self, Resend.self, Invite.self, Export.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists orders, the newest first.",
            discussion: """
                EXAMPLES
                  lectern orders list
                  lectern orders list --state paid --from 2026-11-01 --json
                """)

        @OptionGroup var arguments: ShopArguments
        @Option(help: "Only those in this state, such as paid or review; can be given again.") var state: [OrderState.Kind] = []
        @Option(help: "Only those whose address holds this.") var email: String?
        @Option(help: "Only those with this course.") var course: String?
        @Option(help: "Only those since this date.") var from: DateArgument?
        @Option(help: "At most so many.") var limit = 100

        func validate() throws { if limit < 1 { throw ValidationError("--limit is 1 or more.") } }

        func run() async throws {
            let filter = OrderFilter(
                states: state.isEmpty ? nil : Set(state), email: email, course: course, from: from?.instant, limit: limit + 1)
            let shop = try await arguments.open()
            try await arguments.tell(shop) { store in
                let found = try store.orders(filter), orders = Array(found.prefix(limit))
                arguments.tellOfMore(found.count > limit, limit)
                let rows = try orders.map { record in
                    [
                        record.order.id.text, record.order.createdAt.minute, record.state.kind.rawValue, record.order.total.text,
                        record.order.provider.rawValue, try store.learner(record.order.learner)?.email?.text ?? "(forgotten)",
                        record.order.items.map(\.course).joined(separator: " "),
                    ]
                }
                return (table(["order", "created (UTC)", "state", "total", "through", "buyer", "courses"], rows), .list(try orders.map { try $0.json(store) }))
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows an order and everything that is known about it.",
            discussion: """
                EXAMPLES
                  lectern orders show 01hq7kz0m4v3x8c5b2n9j6d1fs
                """)

        @OptionGroup var arguments: ShopArguments
        @Argument(help: "Its id, or what a buyer wrote on a transfer.") var order: String

        func run() async throws {
            let shop = try await arguments.open()
            try await arguments.tell(shop) { store in
                let record = try shop.find(order)
                return (try record.text(store), try record.json(store))
            }
        }
    }

    struct Confirm: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Records that a transfer arrived; the course opens and the receipt goes out.",
            discussion: """
                EXAMPLES
                  lectern orders confirm 01HQ7KZ0M4
                  lectern orders confirm 01HQ7KZ0M4 --amount 190    another amount than asked: goes to review
                """)

        @OptionGroup var arguments: ShopArguments
        @Argument(help: "Its id, or what the buyer wrote on the transfer.") var order: String
        @Option(help: "What arrived, when it is not what was asked.") var amount: String?
        @Option(help: "The bank's own name for the payment.") var transaction: String?

        func run() async throws {
            let shop = try await arguments.open()
            try await arguments.tell(shop) { store in
                let money = try amount.map { try parsed($0, of: try shop.find(order)) }
                return try told(try await shop.confirm(order, money: money, transaction: transaction), store)
            }
        }
    }

    struct Refund: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives money back through the provider; the course closes when all of it is back.",
            discussion: """
                Of an order of several courses, --course gives back what was paid for one, and closes that one alone: its price less its \
                part of a coupon, which is by price and rounded to the currency's smallest unit. With --amount it is that much.

                A refund that was made in the provider's own console names no course. --of, with the name that "lectern orders show" gives \
                it, says which course it was for: no money moves, and the course closes. --amount says how much of it was for the course.

                EXAMPLES
                  lectern orders refund 01hq7kz0m4v3x8c5b2n9j6d1fs
                  lectern orders refund 01hq7kz0m4v3x8c5b2n9j6d1fs --amount 49.90
                  lectern orders refund 01hq7kz0m4v3x8c5b2n9j6d1fs --course python-intro
                  lectern orders refund 01hq7kz0m4v3x8c5b2n9j6d1fs --course python-intro --of re_3PQ8
                """)

        @OptionGroup var arguments: ShopArguments
        @Argument(help: "Its id, or what the buyer wrote on the transfer.") var order: String
        @Option(help: "Less than all of it.") var amount: String?
        @Option(help: "Only this course of the order, which closes; the others stay open.") var course: String?
        @Option(help: "Moves no money: this refund, made elsewhere, was for the course.") var of: String?
        @Option(help: "Which payment, when there were several.") var transaction: String?
        @Flag(help: "Also when the days are over in which the site promises to give money back (refundDays in site.yml).") var late = false
        @Flag(help: "Also when as much of a transfer was given back within the last ten minutes, or another payment of the order before.") var again = false

        func validate() throws {
            guard of != nil else { return }
            if course == nil { throw ValidationError("--of says which course a refund was for: name it with --course.") }
            if transaction != nil || late || again { throw ValidationError("--of moves no money: it goes with --course and --amount alone.") }
        }

        func run() async throws {
            let shop = try await arguments.open()
            try await arguments.tell(shop) { store in
                let money = try amount.map { try parsed($0, of: try shop.find(order)) }
                if let of, let course { return try told(try await shop.attribute(order, refund: of, to: course, money: money), store) }
                return try told(try await shop.refund(order, money: money, course: course, transaction: transaction, isLate: late, isAgain: again), store)
            }
        }
    }

    struct Reconcile: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Asks providers about orders, in case a notice was lost.",
            discussion: """
                EXAMPLES
                  lectern orders reconcile
                  lectern orders reconcile --from 2026-01-01
                """)

        @OptionGroup var arguments: ShopArguments
        @Option(help: "Orders since this date. Default: the last 30 days.") var from: DateArgument?

        func run() async throws {
            let shop = try await arguments.open()
            var problems: [ShopProblem] = []
            try await arguments.tell(shop) { store in
                let done = try await shop.reconcile(since: from?.instant ?? ProcessEnvironment.now.adding(seconds: -30 * 86_400))
                problems = done.problems
                let rows = done.changed.map { [$0.record.order.id.text, $0.before.rawValue, $0.after.rawValue] }
                let text = "\(done.asked) asked, \(done.bills > 0 ? "\(done.bills) bills read, " : "")\(done.changed.count) changed.\n" + (rows.isEmpty ? "" : table(["order", "was", "is"], rows))
                let changed = done.changed.map { ["order": .text($0.record.order.id.text), "before": .text($0.before.rawValue), "after": .text($0.after.rawValue)] as JSON }
                return (text, ["asked": .whole(Int64(done.asked)), "bills": .whole(Int64(done.bills)), "changed": .list(changed), "problems": .list(done.problems.map { .text($0.description) })])
            }
            guard problems.isEmpty else { throw Problems(all: problems.map { Problem(.error, $0.description, file: "") }) }
        }
    }
}

extension OrderState.Kind: ExpressibleByArgument {}

private func parsed(_ amount: String, of record: OrderRecord) throws -> Money {
    let currency = record.order.total.currency
    guard let money = Money(decimal: amount, currency: currency) else {
        throw ShopProblem("\"\(amount)\" is no amount of \(currency.code); write it like \(record.order.total.decimal)")
    }
    return money
}

private func told(_ change: OrderChange, _ store: Store) throws -> (text: String, json: JSON) {
    let order = change.record.order
    var text =
        change.before == change.after
        ? "Order \(order.id) is still \(change.after.rawValue).\n" : "Order \(order.id) was \(change.before.rawValue), and is \(change.after.rawValue).\n"
    if let paidSince = change.paidSince {
        text += "What is asked for was given back already: at \(paidSince.minute) UTC, by a command whose answer was lost. The same command again gives back as much once more.\n"
    }
    let closed = order.items.map(\.course).filter { change.record.state.closed.contains($0) }
    if change.record.state.grants, !closed.isEmpty {
        text += "Closed: \(closed.joined(separator: ", ")). Open: \(order.items.map(\.course).filter { !closed.contains($0) }.joined(separator: ", ")).\n"
    }
    if change.record.state.refundedMoney.minorUnits > 0 {
        text += "Received \(change.record.state.receivedMoney.text), given back so far \(change.record.state.refundedMoney.text).\n"
    }
    let waiting = change.record.refundsOnTheirWay
    if waiting > 0 { text += "\(waiting == 1 ? "A refund is" : "\(waiting) refunds are") on the way: it counts when \(order.provider.rawValue) says that it succeeded.\n" }
    return (text, try change.record.json(store))
}

extension OrderRecord {
    /// Asked for, and neither succeeded nor failed yet.
    fileprivate var refundsOnTheirWay: Int {
        var status: [String: RefundStatus] = [:]
        for case .refunded(let reference, _, _, let told) in facts { status[reference] = max(status[reference] ?? told, told) }
        return status.values.count { $0 == .pending }
    }
}

extension OrderRecord {
    fileprivate func json(_ store: Store) throws -> JSON {
        var members: [JSON.Member] = [
            .init("id", .text(order.id.text)), .init("state", .text(state.kind.rawValue)), .init("createdAt", .text(order.createdAt.text)),
            .init("learner", .text(order.learner.text)), .init("email", try store.learner(order.learner)?.email.map { .text($0.text) } ?? .null),
            .init("items", .list(order.items.map { ["course": .text($0.course), "title": .text($0.title), "price": $0.price.json, "closed": .flag(state.closed.contains($0.course))] })),
            .init("bundle", order.product?.json ?? .null), .init("seats", seating.map { ["count": .whole(Int64(order.seats)), "taken": .whole(Int64($0.taken))] } ?? .null), .init("discount", order.discount?.json ?? .null), .init("total", order.total.json), .init("received", state.receivedMoney.json), .init("refunded", state.refundedMoney.json),
            .init("provider", .text(order.provider.rawValue)), .init("grants", .flag(state.grants)),
            .init("alerts", .list(state.alerts.map(\.rawValue).sorted().map { .text($0) })),
            .init("facts", .list(facts.map { .text($0.line) })),
        ]
        let mails = try store.mails(of: order.id).filter { $0.mail.kind != "alert" }
        members.append(.init("mails", .list(mails.map { ["kind": .text($0.mail.kind), "state": .text($0.state), "why": $0.lastError.map { .text($0) } ?? .null] })))
        if let reference { members.append(.init("reference", .text(reference))) }
        if let consent = order.consent {
            members.append(.init("consent", ["terms": .text(consent.terms), "immediateDelivery": .flag(consent.immediateDelivery), "at": .text(consent.at.text)]))
        }
        return .object(members)
    }

    fileprivate func text(_ store: Store) throws -> String {
        var lines = [
            "order      \(order.id)", "state      \(state.kind.rawValue)\(state.grants ? ", its courses are open" : "")",
            "created    \(order.createdAt.minute) UTC", "buyer      \(try store.learner(order.learner)?.email?.text ?? "(forgotten)"), learner \(order.learner)",
            "through    \(order.provider.rawValue)\(reference.map { ", known there as \($0)" } ?? "")",
        ]
        if let product = order.product { lines.append("bundle     \(product.id), \(product.title)") }
        for item in order.items { lines.append("course     \(item.course), \(item.price.text)\(state.closed.contains(item.course) ? ", given back and closed" : "")") }
        if let seating { lines.append("for        \(order.seats == 1 ? "somebody else" : "\(order.seats) others"), \(seating.taken) of \(order.seats) seats taken") }
        if let discount = order.discount { lines.append("coupon     \(discount.coupon), \(discount.off.text) less") }
        lines.append("total      \(order.total.text), received \(state.receivedMoney.text), refunded \(state.refundedMoney.text)")
        if let consent = order.consent { lines.append("agreed     \(consent.at.minute) UTC, to terms \"\(consent.terms)\"\(consent.immediateDelivery ? " and immediate delivery" : "")") }
        for fact in facts { lines.append("fact       \(fact.line)") }
        for entry in try store.mails(of: order.id) where entry.mail.kind != "alert" {
            lines.append("mail       \(entry.mail.kind) \(entry.state)\(entry.lastError.map { ": " + $0 } ?? "")")
        }
        for alert in state.alerts.map(\.rawValue).sorted() { lines.append("look at    \(alert)") }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension OutboxEntry {
    fileprivate var state: String {
        if let sentAt { return "sent \(sentAt.minute) UTC" }
        return isGivenUp ? "failed" : droppedAt != nil ? "dropped" : "waits"
    }
}

extension OrderFact {
    fileprivate var line: String {
        switch self {
        case .processing: "processing: the money is on its way"
        case .failed: "failed"
        case .expired: "expired"
        case .paid(let transaction, let money): "paid \(money.text) (\(transaction))"
        case .refunded(let reference, _, let money, let status): "refund of \(money.text) \(status) (\(reference))"
        case .dispute(let id, _, let status): "dispute \(status) (\(id))"
        }
    }
}

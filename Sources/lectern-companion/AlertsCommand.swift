import ArgumentParser
import LecternCore
import LecternShop
import LecternStore

extension OrdersCommand {
    /// What somebody should look at, and what could not be brought to anybody.
    struct Alerts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists what needs a person, and payments that belong to no order here.",
            discussion: """
                An alert is raised once and stays until it is marked as seen. Notices of payments that belong to no order are kept: \
                a provider's account may serve other shops.

                EXAMPLES
                  lectern orders alerts
                  lectern orders alerts --seen    marks those that it prints
                """)

        @OptionGroup var arguments: ShopArguments
        @Flag(help: "Marks what is printed as seen.") var seen = false
        @Flag(help: "Also those that were seen.") var all = false
        @Option(help: "At most so many of each.") var limit = 100

        func validate() throws { if limit < 1 { throw ValidationError("--limit is 1 or more.") } }

        func run() async throws {
            let shop = try await arguments.open()
            try await arguments.tell(shop) { store in
                let alerts = try store.alerts(unseenOnly: !all, limit: limit), notices = try store.unresolvedNotices(limit: limit)
                let rows = alerts.map { [$0.raisedAt.minute, $0.kind.rawValue, $0.order?.text ?? "", $0.seenAt == nil ? "" : "seen", $0.detail] }
                var text = table(["since (UTC)", "what", "order", "", "more"], rows)
                if !notices.isEmpty {
                    text += "\nOf no order here:\n" + table(["received (UTC)", "through", "payment", "notice"], notices.map { [$0.notice.receivedAt.minute, $0.notice.provider.rawValue, $0.payment ?? "", $0.notice.id] })
                }
                if seen {
                    for alert in alerts where alert.seenAt == nil { try await store.seen(alert.key, now: ProcessEnvironment.now) }
                }
                return (text, ["alerts": .list(alerts.map(\.json)), "notices": .list(notices.map(\.json))])
            }
        }
    }

    struct Resend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sends an order's mails again that were given up: its receipt, its refunds.",
            discussion: """
                They go to the address that the buyer has now. The running companion sends them within seconds.

                EXAMPLES
                  lectern orders resend 01hq7kz0m4v3x8c5b2n9j6d1fs
                """)

        @OptionGroup var arguments: ShopArguments
        @Argument(help: "Its id, or what the buyer wrote on the transfer.") var order: String

        func run() async throws {
            let shop = try await arguments.open()
            try await arguments.tell(shop) { store in
                let record = try shop.find(order)
                var kinds: [String] = []
                for entry in try store.mails(of: record.order.id) where entry.mail.kind != "alert" && entry.sentAt == nil && entry.droppedAt == nil {
                    if try await store.retry(entry.mail.key, now: ProcessEnvironment.now) { kinds.append(entry.mail.kind) }
                }
                let text = kinds.isEmpty ? "No mail of order \(record.order.id) is unsent.\n" : "Goes out again: \(kinds.joined(separator: ", ")).\n"
                return (text, ["order": .text(record.order.id.text), "mails": .list(kinds.map { .text($0) })])
            }
        }
    }
}

extension Alert {
    fileprivate var json: JSON {
        [
            "kind": .text(kind.rawValue), "order": order.map { .text($0.text) } ?? .null, "detail": .text(detail), "raisedAt": .text(raisedAt.text),
            "seenAt": seenAt.map { .text($0.text) } ?? .null,
        ]
    }
}

extension UnresolvedNotice {
    fileprivate var json: JSON {
        [
            "provider": .text(notice.provider.rawValue), "notice": .text(notice.id), "payment": payment.map { .text($0) } ?? .null,
            "receivedAt": .text(notice.receivedAt.text),
        ]
    }
}

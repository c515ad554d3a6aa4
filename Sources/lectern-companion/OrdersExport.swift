import ArgumentParser
import LecternCore
import LecternShop
import LecternStore

extension OrdersCommand {
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the books as CSV: every payment and refund, the oldest first.",
            discussion: """
                One row for each time that money moved, with its amount in the currency's own units, refunds below nothing. Nothing in it leads to a \
                person but the learner's id. UTF-8 with a mark that spreadsheets look for; times are in UTC.

                EXAMPLES
                  lectern orders export --from 2026-11-01 --to 2026-12-01 > november.csv
                """)

        @OptionGroup var arguments: ShopArguments
        @Option(help: "Only what was recorded since this date.") var from: DateArgument?
        @Option(help: "Only what was recorded before this date.") var to: DateArgument?

        func run() async throws {
            let shop = try await arguments.open()
            try await arguments.tell(shop) { store in
                let entries = try store.books(from: from?.instant, to: to?.instant)
                return (csv(entries), ["entries": .list(entries.map(\.json))])
            }
        }
    }
}

private let head = [
    "recorded", "kind", "amount", "currency", "order", "ordered", "courses", "seats", "price", "coupon", "discount", "total", "provider", "transaction", "refund", "learner",
]

private func csv(_ entries: [BookEntry]) -> String {
    let rows = entries.map { entry in
        let order = entry.order
        let price = Money(minorUnits: order.items.reduce(0) { $0 + $1.price.minorUnits }, currency: order.total.currency)
        return [
            entry.at.text, entry.kind.rawValue, amount(entry.minorUnits, entry.currency), entry.currency.code, order.id.text, order.createdAt.text,
            order.items.map(\.title).joined(separator: " | "), order.seats > 0 ? "\(order.seats)" : "", amount(price), order.discount?.coupon ?? "", order.discount.map { amount($0.off) } ?? "",
            amount(order.total), order.provider.rawValue, entry.transaction ?? "", entry.reference ?? "", order.learner.text,
        ]
    }
    return "\u{FEFF}" + ([head] + rows).map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
}

/// With all of the currency's digits: -50.00.
private func amount(_ minorUnits: Int64, _ currency: Currency) -> String {
    let digits = String(minorUnits.magnitude), sign = minorUnits < 0 ? "-" : ""
    guard currency.exponent > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, currency.exponent + 1 - digits.utf8.count)) + digits
    return sign + padded.dropLast(currency.exponent) + "." + padded.suffix(currency.exponent)
}

private func amount(_ money: Money) -> String { amount(money.minorUnits, money.currency) }

/// RFC 4180. A text that a spreadsheet would take for a formula is not one any more.
private func field(_ text: String) -> String {
    let isNumber = text.dropFirst(text.hasPrefix("-") ? 1 : 0).allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
    let isFormula = !isNumber && ["=", "+", "-", "@", "\t", "\r"].contains { text.hasPrefix($0) }
    let safe = isFormula ? "'" + text : text
    return safe.contains { ",\"".contains($0) || $0.isNewline } ? "\"" + safe.replacing("\"", with: "\"\"") + "\"" : safe
}

extension BookEntry {
    fileprivate var json: JSON {
        [
            "at": .text(at.text), "kind": .text(kind.rawValue), "minorUnits": .whole(minorUnits), "currency": .text(currency.code), "order": .text(order.id.text),
            "provider": .text(order.provider.rawValue), "transaction": transaction.map { .text($0) } ?? .null, "refund": reference.map { .text($0) } ?? .null,
        ]
    }
}

import LecternCore
import LecternStore
import Testing

@testable import LecternShop

/// What the creator is told when a payment needs a person: orders as they are, not as they usually are.
@Suite struct AlertLetterTests {
    private let money = Money(minorUnits: 19900, currency: .cny), less = Money(minorUnits: 19000, currency: .cny)

    /// The mails to the creator about an order to which all this happened before any was sent.
    private func told(_ facts: [OrderFact]) async throws -> [Mail] {
        let world = try World(), order = try await world.order().order.order
        _ = try await world.store.record(facts, of: order.id, now: world.clock.now)
        return try await world.mails(to: World.creator)
    }

    private func paid(_ transaction: String, _ money: Money? = nil) -> OrderFact { .paid(transaction: transaction, money: money ?? self.money) }

    private func back(_ transaction: String) -> OrderFact {
        .refunded(reference: "re_" + transaction, transaction: transaction, money: money, status: .succeeded)
    }

    @Test func `each state is told as it is`() async throws {
        let open = "课程目前是开通的。", closed = "课程目前没有开通。"
        let rows: [([OrderFact], [String])] = [
            ([paid("one"), paid("two")], ["两笔付款", open, "请退还多收的一笔"]),
            ([paid("one"), paid("two"), back("two")], ["两笔付款", open, "已经退还"]),
            ([paid("one"), paid("two"), back("one"), back("two")], ["两笔付款", closed, "已经退还"]),
            ([.expired, paid("one")], ["付款有效", open]),
            ([paid("one"), .failed, back("one")], ["付款有效", closed]),
            ([paid("one", less)], ["与订单不符", closed]),
            ([paid("one"), paid("two", less)], ["与订单不符", open]),
            ([paid("one"), .dispute(id: "dp", transaction: "one", status: .open)], ["提出争议", closed]),
            ([paid("one"), .dispute(id: "dp", transaction: "one", status: .open), .dispute(id: "dp", transaction: "one", status: .lost)], ["判给付款人", closed]),
            ([paid("one"), .dispute(id: "dp", transaction: "one", status: .won)], ["款项仍归您", open]),
            ([paid("one"), back("three")], ["不属于已知的任何付款", open]),
        ]
        for (facts, words) in rows {
            let mails = try await told(facts)
            #expect(mails.count == 1, "\(facts)")
            for word in words { #expect(mails.first?.text.contains(word) == true, "\(word): \(mails.first?.text ?? "")") }
        }
    }

    @Test func `a receipt that cannot be delivered is told to the creator as a mail, not as a payment`() async throws {
        let world = try World(mailer: Mailer { mail, _ in mail.to == World.creator ? .delivered : .permanent(words: "no such mailbox") })
        let order = try await world.order().order.order
        try await world.press(.pay, order)
        try await world.shop.requestSignIn(World.bob, next: nil, visitor: world.visitor())
        #expect(try await world.shop.sendDueMail() == 0)
        // One mail, about the receipt: whoever types an address that does not exist bothers nobody.
        #expect(try await world.shop.sendDueMail() == 1)
        #expect(try world.store.alerts().map(\.kind) == [.mailFailed, .mailFailed])
        let record = try #require(try world.store.order(order.id))
        let letter = Letter.alert("mailFailed", record: record, site: "Ann", language: "en")
        #expect(letter.subject == "A mail did not arrive · Ann" && letter.text.contains("lectern orders show \(order.id)"))
    }
}

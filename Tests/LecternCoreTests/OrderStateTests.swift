import LecternCore
import Testing

private let total = Money(minorUnits: 4900, currency: .cny)

private func paid(_ payment: String = "pi_1", _ minorUnits: Int64 = 4900, _ currency: Currency = .cny) -> OrderFact {
    .paid(transaction: payment, money: Money(minorUnits: minorUnits, currency: currency))
}

private func refund(
    _ reference: String, _ minorUnits: Int64, of payment: String? = "pi_1", _ status: RefundStatus = .succeeded
) -> OrderFact {
    .refunded(reference: reference, transaction: payment, money: Money(minorUnits: minorUnits, currency: .cny), status: status)
}

private func dispute(_ status: DisputeStatus, _ id: String = "dp_1", of payment: String? = "pi_1") -> OrderFact {
    .dispute(id: id, transaction: payment, status: status)
}

@Suite struct OrderStateTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var name: String
        var facts: [OrderFact]
        var kind: OrderState.Kind
        var alerts: Set<OrderState.Alert> = []
        /// Net of the order's currency, when it matters.
        var refunded: Int64 = 0
        var testDescription: String { name }
        var grants: Bool { kind == .paid || kind == .partiallyRefunded }
    }

    static let rows: [Row] = [
        Row(name: "nothing happened", facts: [], kind: .pending),
        Row(name: "completed, not yet paid", facts: [.processing], kind: .processing),
        Row(name: "failed", facts: [.processing, .failed], kind: .failed),
        Row(name: "expired", facts: [.expired], kind: .expired),
        Row(name: "failed and expired", facts: [.expired, .failed], kind: .failed),
        Row(name: "paid", facts: [paid()], kind: .paid),
        Row(name: "paid after processing", facts: [.processing, paid()], kind: .paid),
        Row(name: "paid after expiry: late money wins", facts: [.expired, paid()], kind: .paid, alerts: [.latePayment]),
        Row(name: "paid twice", facts: [paid(), paid("pi_2")], kind: .paid, alerts: [.paidTwice]),
        Row(
            name: "paid twice, the second paid back: access stays",
            facts: [paid(), paid("pi_2"), refund("re", 4900, of: "pi_2")], kind: .paid, alerts: [.paidTwice], refunded: 4900),
        Row(
            name: "paid twice, both paid back", facts: [paid(), paid("pi_2"), refund("re", 4900), refund("rf", 4900, of: "pi_2")],
            kind: .refunded, alerts: [.paidTwice], refunded: 9800),
        Row(name: "too little", facts: [paid("pi_1", 4899)], kind: .review, alerts: [.amountDiffers]),
        Row(name: "too much", facts: [paid("pi_1", 4901)], kind: .review, alerts: [.amountDiffers]),
        Row(
            name: "two halves never add up", facts: [paid("pi_1", 2450), paid("pi_2", 2450)], kind: .review, alerts: [.amountDiffers]),
        Row(name: "another currency", facts: [paid("pi_1", 4900, Currency("USD")!)], kind: .review, alerts: [.amountDiffers]),
        Row(
            name: "a wrong amount beside a right one is quarantined", facts: [paid(), paid("pi_2", 100)], kind: .paid,
            alerts: [.amountDiffers]),
        Row(
            name: "refunding the quarantined one touches it alone", facts: [paid(), paid("pi_2", 100), refund("re", 100, of: "pi_2")],
            kind: .paid, alerts: [.amountDiffers], refunded: 100),
        Row(
            name: "a wrong amount, paid back", facts: [paid("pi_1", 100), refund("re", 100)], kind: .refunded, alerts: [.amountDiffers],
            refunded: 100),
        Row(
            name: "a wrong amount after expiry", facts: [.expired, paid("pi_1", 100)], kind: .review, alerts: [.amountDiffers, .latePayment]),
        Row(name: "a part paid back", facts: [paid(), refund("re", 1000)], kind: .partiallyRefunded, refunded: 1000),
        Row(
            name: "parts that reach the total", facts: [paid(), refund("re", 1000), refund("rf", 3900)], kind: .refunded, refunded: 4900),
        Row(name: "a refund told with the amount so far", facts: [paid(), refund("re", 1000), refund("re", 2000)], kind: .partiallyRefunded, refunded: 2000),
        Row(name: "a refund that is pending", facts: [paid(), refund("re", 4900, .pending)], kind: .paid),
        Row(
            name: "a refund that failed after all", facts: [paid(), refund("re", 4900), refund("re", 4900, .failed)], kind: .paid),
        Row(
            name: "a refund that names no payment", facts: [paid(), refund("re", 4900, of: nil)], kind: .refunded, refunded: 4900),
        Row(
            name: "a refund of a payment that we never saw", facts: [paid(), refund("re", 4900, of: "pi_9")], kind: .paid,
            alerts: [.refundWithoutPayment], refunded: 4900),
        Row(name: "a refund overtook its payment", facts: [refund("re", 4900)], kind: .refundBeforePayment, refunded: 4900),
        Row(name: "its payment comes and grants nothing", facts: [refund("re", 4900), paid()], kind: .refunded, refunded: 4900),
        Row(name: "a part overtook its payment", facts: [.processing, refund("re", 100)], kind: .refundBeforePayment, refunded: 100),
        Row(name: "disputed", facts: [paid(), dispute(.open)], kind: .disputed, alerts: [.disputeOpened]),
        Row(name: "dispute won", facts: [paid(), dispute(.open), dispute(.won)], kind: .paid, alerts: [.disputeOpened]),
        Row(name: "dispute lost", facts: [paid(), dispute(.open), dispute(.lost)], kind: .chargedBack, alerts: [.disputeOpened]),
        Row(
            name: "one dispute won, another open", facts: [paid(), dispute(.won), dispute(.open, "dp_2")], kind: .disputed,
            alerts: [.disputeOpened]),
        Row(
            name: "charged back, then refunded whole", facts: [paid(), dispute(.lost), refund("re", 4900)], kind: .refunded,
            alerts: [.disputeOpened], refunded: 4900),
        Row(name: "a dispute before its payment", facts: [dispute(.open)], kind: .pending, alerts: [.disputeOpened]),
        Row(
            name: "paid twice, one disputed: the other gives access", facts: [paid(), paid("pi_2"), dispute(.open)], kind: .paid,
            alerts: [.paidTwice, .disputeOpened]),
    ]

    @Test(arguments: rows) func `facts give the state of the table`(row: Row) {
        for facts in [row.facts, row.facts.reversed(), row.facts + row.facts] {
            let state = OrderState(total: total, facts: facts)
            #expect(state.kind == row.kind)
            #expect(state.grants == row.grants)
            #expect(state.alerts == row.alerts)
            #expect(state.refundedMoney.minorUnits == row.refunded)
        }
    }

    @Test func `a free order is paid by a payment of nothing, and taken back by a refund of nothing`() {
        let nothing = Money(minorUnits: 0, currency: .cny)
        let free = OrderFact.paid(transaction: "free:a", money: nothing)
        let back = OrderFact.refunded(reference: "re", transaction: "free:a", money: nothing, status: .succeeded)
        #expect(OrderState(total: nothing, facts: [free]).kind == .paid)
        #expect(OrderState(total: nothing, facts: [free, back]).kind == .refunded)
        #expect(OrderState(total: total, facts: [paid(), refund("re", 0)]).kind == .paid)
    }

    @Test func `amounts that cannot be added up do not crash`() {
        let huge = Int64.max
        let state = OrderState(total: total, facts: [paid("pi_1", huge), paid("pi_2", huge), refund("re", huge), refund("rf", huge, of: nil)])
        #expect(state.receivedMoney.minorUnits == huge && !state.grants)
    }

    /// Every fact that an order may hear of, those that contradict each other included.
    static let vocabulary: [OrderFact] = [
        .processing, .failed, .expired, paid(), paid("pi_2"), paid("pi_1", 4800), paid("pi_3", 100), paid("pi_3", 100, Currency("USD")!),
        refund("re_1", 1000), refund("re_1", 4900), refund("re_1", 4900, .failed), refund("re_2", 3900), refund("re_2", 3900, .pending),
        refund("re_3", 4900, of: "pi_2"), refund("re_4", 100, of: "pi_3"), refund("re_5", 2000, of: nil), refund("re_6", 4900, of: "pi_9"),
        dispute(.open), dispute(.won), dispute(.lost), dispute(.open, "dp_2", of: "pi_2"), dispute(.won, "dp_3", of: nil),
    ]

    @Test func `any order and repetition of the same facts gives the same state`() {
        var numbers = SplitMix(seed: 42)
        for _ in 1...4000 {
            let facts = Self.vocabulary.shuffled(using: &numbers).prefix(Int.random(in: 0...8, using: &numbers))
            let state = OrderState(total: total, facts: facts)
            let again = (facts + facts.shuffled(using: &numbers).prefix(3)).shuffled(using: &numbers)
            #expect(OrderState(total: total, facts: again) == state, "\(facts)")
        }
    }

    @Test func `any order and repetition of what became of a course's refunds takes the same courses out`() {
        var numbers = SplitMix(seed: 44)
        let refunds = ["python", "swift"].flatMap { course in
            ["pi_1", "pi_2"].flatMap { payment in
                [RefundStatus.pending, .succeeded, .failed].map {
                    CourseRefund(key: "\(course)-\(payment)", course: course, payment: payment, money: Money(minorUnits: 1000, currency: .cny), status: $0)
                }
            }
        }
        var ends: Set<Set<String>> = []
        for _ in 1...2000 {
            let facts = Self.vocabulary.shuffled(using: &numbers).prefix(4) + [paid(), paid("pi_2")]
            let told = refunds.shuffled(using: &numbers).prefix(Int.random(in: 0...7, using: &numbers))
            func state(_ told: some Sequence<CourseRefund>) -> OrderState { OrderState(total: total, items: ["python", "swift"], facts: facts, courses: told) }
            let end = state(told), again = (told + told.shuffled(using: &numbers).prefix(3)).shuffled(using: &numbers)
            #expect(state(again) == end, "\(facts) \(told)")
            #expect(!end.grants || end.closed.count < 2)
            ends.insert(end.closed)
        }
        #expect(ends.count == 4)
    }

    @Test func `facts that were lost and are replayed end in the same state`() {
        var numbers = SplitMix(seed: 43)
        for _ in 1...2000 {
            let facts = Self.vocabulary.shuffled(using: &numbers).prefix(6)
            // What a shop keeps is a set of facts, whatever came when; a replay brings what was lost.
            var kept: [OrderFact] = []
            func hear(_ fact: OrderFact) { if !kept.contains(fact) { kept.append(fact) } }
            for fact in facts where Bool.random(using: &numbers) { hear(fact) }
            for fact in facts.shuffled(using: &numbers) { hear(fact) }
            #expect(OrderState(total: total, facts: kept) == OrderState(total: total, facts: facts))
        }
    }

    @Test func `an order grants only with a right payment that is neither refunded whole nor lost`() {
        var numbers = SplitMix(seed: 44)
        var granting = 0
        for _ in 1...4000 {
            let facts = Array(Self.vocabulary.shuffled(using: &numbers).prefix(Int.random(in: 1...9, using: &numbers)))
            let state = OrderState(total: total, facts: facts)
            if state.grants {
                granting += 1
                #expect(facts.contains(paid()) || facts.contains(paid("pi_2")), "\(facts)")
                #expect(state.kind == .paid || state.kind == .partiallyRefunded)
            } else {
                #expect(state.kind != .paid && state.kind != .partiallyRefunded)
            }
            if facts.contains(refund("re_1", 4900)), !facts.contains(refund("re_1", 4900, .failed)), !facts.contains(paid("pi_2")) {
                #expect(!state.grants, "\(facts)")
            }
        }
        #expect(granting > 100)
    }
}

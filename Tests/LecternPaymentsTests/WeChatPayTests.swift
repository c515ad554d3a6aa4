import LecternCore
import Testing

@testable import LecternPayments

@Suite struct WeChatPayTests {
    private let head = "交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易状态,货币种类,订单金额,微信退款单号,商户退款单号,申请退款金额,退款状态,商品名称"

    private func words(_ rows: String...) -> [ProviderWord]? { weChatBill(Array((["\u{FEFF}" + head] + rows).joined(separator: "\r\n").utf8)) }

    @Test func `a bill's rows are payments and refunds, whatever a title holds`() {
        let paid = "`2026-11-30 10:00:00,`wx,`19,`42,`order,`SUCCESS,`CNY,`199.00,`0,`0,`0.00,`,`Python, \"and\" more"
        let back = "`2026-11-30 11:00:00,`wx,`19,`42,`order,`REFUND,`CNY,`199.00,`503,`key,`50.5,`SUCCESS,`Python"
        let money = Money(minorUnits: 19900, currency: .cny), part = Money(minorUnits: 5050, currency: .cny)
        #expect(
            words(paid, back, back.replacing("SUCCESS", with: "PROCESSING"), "总交易单数,应结订单总金额", "`2,`199.00") == [
                ProviderWord(order: ID("order"), payment: "42", facts: [.paid(transaction: "42", money: money)]),
                ProviderWord(order: ID("order"), payment: "42", facts: [.refunded(reference: "503", transaction: "42", money: part, status: .succeeded)], refunds: ["key": KeyedRefund(.succeeded, reference: "503", payment: "42", money: part)]),
                ProviderWord(order: ID("order"), payment: "42", facts: [.refunded(reference: "503", transaction: "42", money: part, status: .pending)], refunds: ["key": KeyedRefund(.pending, reference: "503", payment: "42", money: part)]),
            ])
        #expect(words("总交易单数", "`0") == [])
    }

    @Test func `a bill tells what was kept, and what a refund brought back; what it says otherwise is not known`() {
        func fees(_ told: String, _ state: String = "SUCCESS") -> [Int64]? {
            let row = "`2026-11-30 10:00:00,`wx,`19,`42,`order,`\(state),`CNY,`199.00,`503,`key,`199.00,`SUCCESS,`Python,`\(told)"
            return weChatBill(Array((head + ",手续费\r\n" + row).utf8))?.flatMap(\.details.fees).map(\.money.minorUnits)
        }
        #expect(fees("1.19000") == [119])
        #expect(fees("0") == [0])
        #expect(fees("-1.19000", "REFUND") == [-119])
        for unknown in ["", "1.19400", "much", "1,0"] { #expect(fees(unknown) == []) }
    }

    @Test func `a bill that is not as it was is no bill`() {
        let paid = "`2026-11-30 10:00:00,`wx,`19,`42,`order,`SUCCESS,`CNY,`199.00,`0,`0,`0.00,`,`Python"
        for broken in ["`short", paid.replacing("199.00", with: "1,0"), paid.replacing("CNY", with: "XXX"), paid.replacing("SUCCESS", with: "REFUND")] {
            #expect(words(broken) == nil)
        }
        #expect(weChatBill([]) == nil)
        #expect(weChatBill(Array("交易时间,金额\r\n`1,`2".utf8)) == nil)
    }

    @Test func `days and times are China's`() {
        let evening = Instant(seconds: 1_764_518_400) // 2025-11-30T16:00:00Z
        #expect(BillDay(of: evening).text == "2025-12-01")
        #expect(BillDay(of: evening.adding(seconds: -1)).text == "2025-11-30")
        #expect(BillDay(of: evening).adding(days: -1).text == "2025-11-30")
        #expect(chinaTime(evening) == "2025-12-01T00:00:00")
        #expect(BillDay(of: Instant(seconds: -86_400 * 3)).text == "1969-12-29")
    }
}

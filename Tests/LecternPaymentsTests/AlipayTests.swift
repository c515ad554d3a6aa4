import LecternCore
import Testing

@testable import LecternPayments

@Suite struct AlipayTests {
    private func raw(_ json: String, _ name: String = "r") -> String? { rawMember(name, of: Array(json.utf8)).map { String(decoding: $0, as: UTF8.self) } }

    @Test func `what was signed is cut out as it came`() {
        #expect(raw(#"{"r":{"a":1},"sign":"s"}"#) == #"{"a":1}"#)
        #expect(raw(#"{ "sign" : "s" , "r" : { "a" : [ {} , "}\"{" ] } }"#) == #"{ "a" : [ {} , "}\"{" ] }"#)
        // A text that looks like it, or a deeper one, is not it.
        #expect(raw(#"{"x":"\"r\":{}","y":{"r":{"b":2}},"r":{"c":3}}"#) == #"{"c":3}"#)
        #expect(raw(#"{"x":"r","r":{"c":3}}"#) == #"{"c":3}"#)
        for broken in ["", "{", #"{"r""#, #"{"r":"#, #"{"r":{"#, #"{"r":[]}"#, #"{"r":"{}"}"#, #"{"x":"\"#, #"{"x":1}"#] { #expect(raw(broken) == nil) }
    }

    @Test func `a form is read as it was written, and names stand once in it`() {
        #expect(formDecoded(Array("a=1%2B2&b=x+y&c=&d".utf8)) == ["a": "1+2", "b": "x y", "c": "", "d": ""])
        for broken in ["", "a=1&a=2", "=1", "a=%", "a=%4", "a=%zz", "a=%FF"] { #expect(formDecoded(Array(broken.utf8)) == nil) }
    }

    private func facts(_ fields: [String: String], paidBefore: Bool = false) -> [OrderFact]? {
        let trade = AlipayTrade { (["out_trade_no": "o", "trade_no": "t", "total_amount": "199.00"].merging(fields) { $1 })[$0] }
        return trade.map { $0.facts(refunded: $0.refundsTold, isPaidBefore: paidBefore) }
    }

    @Test func `each status says what it says; closed is one of two things`() {
        let money = Money(minorUnits: 19900, currency: .cny), paid = OrderFact.paid(transaction: "t", money: money)
        func back(_ minorUnits: Int64) -> OrderFact {
            .refunded(reference: "refunds:t", transaction: "t", money: Money(minorUnits: minorUnits, currency: .cny), status: .succeeded)
        }
        #expect(facts(["trade_status": "WAIT_BUYER_PAY"]) == [])
        #expect(facts(["trade_status": "TRADE_SUCCESS"]) == [paid])
        #expect(facts(["trade_status": "TRADE_FINISHED"]) == [paid])
        #expect(facts(["trade_status": "TRADE_SUCCESS", "refund_fee": "50.00"]) == [paid, back(5000)])
        #expect(facts(["trade_status": "TRADE_SUCCESS", "refund_fee": "0.00"]) == [paid])
        #expect(facts(["trade_status": "TRADE_CLOSED"]) == [.expired])
        #expect(facts(["trade_status": "TRADE_CLOSED"], paidBefore: true) == [paid, back(19900)])
        #expect(facts(["trade_status": "TRADE_CLOSED", "send_pay_date": "2026-11-30 10:00:00"]) == [paid, back(19900)])
        #expect(facts(["trade_status": "TRADE_CLOSED", "refund_fee": "199.00"]) == [paid, back(19900)])
        for broken in [["trade_status": "NEW"], ["trade_status": "TRADE_SUCCESS", "trade_no": ""], ["trade_status": "TRADE_SUCCESS", "total_amount": "1,0"], [:]] {
            #expect(facts(broken) == nil)
        }
    }

    @Test func `amounts have two digits`() {
        for (minorUnits, text) in [(1, "0.01"), (10, "0.10"), (100, "1.00"), (19900, "199.00"), (123456, "1234.56")] as [(Int64, String)] {
            #expect(alipayAmount(Money(minorUnits: minorUnits, currency: .cny)) == text)
        }
    }
}

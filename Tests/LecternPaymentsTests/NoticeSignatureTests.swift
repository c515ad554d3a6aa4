import LecternCore
import LecternPayments
import Testing

@Suite struct NoticeSignatureTests {
    private let body = Array(#"{"id":"evt_1"}"#.utf8)
    private let now = Instant(seconds: 1_764_000_000)
    private let old = NoticeSignature(secrets: [Array("old".utf8)])!, new = NoticeSignature(secrets: [Array("new".utf8)])!
    private let rolling = NoticeSignature(secrets: [Array("new".utf8), Array("old".utf8)])!

    private func refusal(_ signature: NoticeSignature, _ header: String?, _ body: [UInt8]? = nil, at time: Instant? = nil) -> NoticeRefusal? {
        do { try signature.check(header: header, body: body ?? self.body, now: time ?? now) } catch { return error }
        return nil
    }

    @Test func `while a secret is rolled, either signs`() {
        for signer in [old, new] { #expect(refusal(rolling, signer.header(body: body, now: now)) == nil) }
        #expect(refusal(new, old.header(body: body, now: now)) == .isForged)
        let both = old.header(body: body, now: now) + "," + new.header(body: body, now: now).split(separator: ",")[1]
        #expect(refusal(new, both) == nil)
    }

    /// Made by Stripe's own library for Python, version 16.1.
    @Test func `Stripe's own signature is taken`() {
        let signature = NoticeSignature(secrets: [Array("whsec_test".utf8)])!
        let header = "t=1764000000,v1=29eac8310303f9a1649c744ac6467c4fecfe53c7feedee304db324b9ba3a093c,v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39"
        #expect(refusal(signature, header, Array(#"{"id":"evt_1","object":"event"}"#.utf8)) == nil)
    }

    @Test func `a changed body, a missing or a broken signature is refused`() {
        let header = new.header(body: body, now: now)
        #expect(refusal(new, header, body + [0x20]) == .isForged)
        #expect(refusal(new, nil) == .isUnsigned)
        for broken in ["", "t=1", "v1=00", header.replacing("v1=", with: "v0="), header + "0", "t=x," + header.split(separator: ",")[1]] {
            #expect(refusal(new, broken) == .isUnsigned)
        }
    }

    @Test func `five minutes late or early are borne, more is not`() {
        let header = new.header(body: body, now: now)
        for seconds in [-300, 0, 300] as [Int64] { #expect(refusal(new, header, at: now.adding(seconds: seconds)) == nil) }
        for seconds in [-301, 301] as [Int64] { #expect(refusal(new, header, at: now.adding(seconds: seconds)) == .isFromAnotherTime) }
    }

    @Test func `without a secret nothing is checked, and so nothing is built`() {
        #expect(NoticeSignature(secrets: []) == nil)
        #expect(NoticeSignature(secrets: [[]]) == nil)
        #expect(NoticeSignature(secrets: [[1], []]) == nil)
    }
}

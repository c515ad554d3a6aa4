import Testing

@testable import LecternServer

struct NetworkTests {
    @Test func `addresses of both versions are read, and nothing else`() throws {
        for (one, other) in [("192.0.2.1", "::ffff:192.0.2.1"), ("2001:db8::1", "2001:0DB8:0:0:0:0:0:1")] {
            #expect(NetworkAddress(one) != nil && NetworkAddress(one) == NetworkAddress(other))
        }
        #expect(NetworkAddress("::") != nil && NetworkAddress("1::") != nil && NetworkAddress("::1:2") != nil)
        for text in ["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4:80", "a::b::c", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "fe80::1%eth0", "g::", "+1::", "1.2.3.٤"] {
            #expect(NetworkAddress(text) == nil, "\(text)")
        }
    }

    @Test func `a household is one sender`() throws {
        func network(_ text: String) throws -> NetworkAddress { try #require(NetworkAddress(text)).network }
        #expect(try network("192.0.2.1") == network("192.0.2.254"))
        #expect(try network("192.0.2.1") != network("192.0.3.1"))
        #expect(try network("2001:db8:0:ff00::1") == network("2001:db8:0:ffff:1:2:3:4"))
        #expect(try network("2001:db8:0:ff00::1") != network("2001:db8:0:fe00::1"))
    }

    @Test func `ranges hold what is in them`() throws {
        func holds(_ range: String, _ address: String) throws -> Bool {
            try #require(NetworkRange(range)).contains(try #require(NetworkAddress(address)))
        }
        #expect(try holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"))
        #expect(try holds("192.0.2.7", "192.0.2.7") && !holds("192.0.2.7", "192.0.2.8"))
        #expect(try holds("0.0.0.0/0", "8.8.8.8") && !holds("0.0.0.0/0", "2001:db8::1"))
        #expect(try holds("2001:db8::/32", "2001:db8:ffff::1") && !holds("2001:db8::/32", "2001:db9::1"))
        #expect(try holds("2001:db8::/96", "2001:db8::ffff:1") && !holds("2001:db8::/96", "2001:db8::1:0:1"))
        #expect(NetworkRange("10.0.0.0/33") == nil && NetworkRange("::/129") == nil && NetworkRange("10.0.0.0/-1") == nil && NetworkRange("x/8") == nil)
    }

    private func client(_ peer: String, _ forwarded: [String], trusted: [String] = ["127.0.0.1", "10.0.0.0/8"]) throws -> NetworkAddress? {
        clientAddress(
            peer: try #require(NetworkAddress(peer)), forwardedFor: forwarded, trusted: try trusted.map { try #require(NetworkRange($0)) })
    }

    @Test func `behind a trusted proxy the client is whom the proxy heard from`() throws {
        #expect(try client("127.0.0.1", ["192.0.2.1"]) == NetworkAddress("192.0.2.1"))
        #expect(try client("127.0.0.1", ["192.0.2.1, 10.1.1.1"]) == NetworkAddress("192.0.2.1"))
        #expect(try client("127.0.0.1", ["192.0.2.1", "10.1.1.1"]) == NetworkAddress("192.0.2.1"))
    }

    @Test func `what a client says about itself counts for nothing`() throws {
        #expect(try client("198.51.100.9", ["192.0.2.1"]) == NetworkAddress("198.51.100.9"))
        #expect(try client("127.0.0.1", ["1.1.1.1, 192.0.2.1"]) == NetworkAddress("192.0.2.1"))
        #expect(try client("127.0.0.1", ["127.0.0.1, 192.0.2.1"]) == NetworkAddress("192.0.2.1"))
        #expect(try client("127.0.0.1", ["1.1.1.1, nonsense, 10.0.0.1"]) == NetworkAddress("10.0.0.1"))
        #expect(try client("127.0.0.1", []) == NetworkAddress("127.0.0.1"))
    }
}

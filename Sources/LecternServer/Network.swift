/// An address of the network, of either version, as 16 bytes (IPv4 as IPv6 writes it: `::ffff:a.b.c.d`, RFC 4291, 2.5.5.2).
public struct NetworkAddress: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// `192.0.2.1`, or all eight groups of an IPv6 address.
    var text: String {
        if isIPv4 { return [24, 16, 8, 0].map { String(low >> $0 & 0xFF) }.joined(separator: ".") }
        return [high, low].flatMap { half in [48, 32, 16, 0].map { String(half >> $0 & 0xFFFF, radix: 16) } }.joined(separator: ":")
    }

    /// - Returns: nil for what is no address. A port or a zone behind it is not taken.
    public init?(_ text: some StringProtocol) {
        if let four = Self.ipv4(text) {
            (high, low) = (0, 0xFFFF << 32 | UInt64(four))
            return
        }
        guard text.utf8.count <= 45, text.utf8.contains(UInt8(ascii: ":")) else { return nil }
        let text = String(text)
        var head: [UInt16] = [], tail: [UInt16] = []
        var gap = false
        let halves = text.components(cutAt: "::")
        guard halves.count <= 2 else { return nil }
        guard Self.groups(halves[0], into: &head) else { return nil }
        if halves.count == 2 {
            gap = true
            guard Self.groups(halves[1], into: &tail) else { return nil }
        }
        let count = head.count + tail.count
        guard gap ? count < 8 : count == 8 else { return nil }
        let all = head + Array(repeating: 0, count: 8 - count) + tail
        high = all[..<4].reduce(0) { $0 << 16 | UInt64($1) }
        low = all[4...].reduce(0) { $0 << 16 | UInt64($1) }
    }

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The network that is counted as one sender: a /24 of IPv4, a /56 of IPv6, which is what a household is given.
    var network: NetworkAddress {
        isIPv4 ? NetworkAddress(high: 0, low: low & ~0xFF) : NetworkAddress(high: high & ~0xFF, low: 0)
    }

    private static func groups(_ text: Substring, into out: inout [UInt16]) -> Bool {
        if text.isEmpty { return true }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (place, part) in parts.enumerated() {
            if place == parts.count - 1, let four = ipv4(part) {
                out += [UInt16(four >> 16), UInt16(four & 0xFFFF)]
            } else {
                guard (1...4).contains(part.utf8.count), let group = UInt16(part, radix: 16), part.utf8.first != UInt8(ascii: "+") else { return false }
                out.append(group)
            }
        }
        return true
    }

    private static func ipv4(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var out: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let byte = UInt8(part) else { return nil }
            out = out << 8 | UInt32(byte)
        }
        return out
    }
}

/// A range of addresses: `10.0.0.0/8`, `::1`.
public struct NetworkRange: Hashable, Sendable {
    private let address: NetworkAddress
    /// Of 128.
    private let bits: Int

    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = NetworkAddress(parts[0]) else { return nil }
        let width = address.isIPv4 ? 32 : 128
        guard let bits = parts.count == 2 ? Int(parts[1]) : width, (0...width).contains(bits) else { return nil }
        self.address = address
        self.bits = bits + 128 - width
    }

    public func contains(_ other: NetworkAddress) -> Bool {
        guard address.isIPv4 == other.isIPv4 else { return false }
        func mask(_ bits: Int) -> UInt64 { bits <= 0 ? 0 : bits >= 64 ? .max : ~(.max >> UInt64(bits)) }
        return (address.high ^ other.high) & mask(bits) == 0 && (address.low ^ other.low) & mask(bits - 64) == 0
    }
}

/// Who sent a request, when proxies stand between.
///
/// Each proxy writes the address that it heard from behind those that it was told. Only what trusted proxies wrote counts:
/// the list is read from its end, and the first address that is no trusted proxy's is the client's. What stands before it
/// was written by the client, and may say anything.
func clientAddress(peer: NetworkAddress, forwardedFor: [String], trusted: [NetworkRange]) -> NetworkAddress {
    guard trusted.contains(where: { $0.contains(peer) }) else { return peer }
    var last = peer
    for list in forwardedFor.reversed() {
        for entry in list.split(separator: ",").reversed() {
            let text = entry.drop { $0 == " " }.prefix { $0 != " " }
            guard let address = NetworkAddress(text) else { return last }
            last = address
            guard trusted.contains(where: { $0.contains(address) }) else { return address }
        }
    }
    return last
}

extension String {
    /// Foundation's `components(separatedBy:)`, which this module does without.
    fileprivate func components(cutAt mark: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: mark) {
            parts.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return parts + [rest]
    }
}

/// An amount in the smallest unit of its currency: `Money(minorUnits: 4900, currency: .cny)` is ¥49.00.
public struct Money: Hashable, Sendable, Codable {
    public var minorUnits: Int64
    public var currency: Currency

    public init(minorUnits: Int64, currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    /// Reads a decimal exactly: `199`, `49.9`, `0.01`. No sign, no grouping, no more digits than the currency has.
    public init?(decimal: String, currency: Currency) {
        let parts = decimal.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts.count == 2 ? Array(parts[1]) : []
        guard let whole = parts.first, !whole.isEmpty, parts.count == 1 || !digits.isEmpty,
            digits.count <= currency.exponent, whole.count <= 12,
            (Array(whole) + digits).allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        let padded = digits + Array(repeating: 0x30, count: currency.exponent - digits.count)
        self.init(minorUnits: (Array(whole) + padded).reduce(0) { $0 * 10 + Int64($1 - 0x30) }, currency: currency)
    }

    /// `199` or `49.90`: no symbol, decimals only when there are any.
    public var decimal: String {
        let digits = String(minorUnits)
        guard currency.exponent > 0 else { return digits }
        let padded = String(repeating: "0", count: max(0, currency.exponent + 1 - digits.utf8.count)) + digits
        let whole = padded.dropLast(currency.exponent), fraction = padded.suffix(currency.exponent)
        return fraction.allSatisfy { $0 == "0" } ? String(whole) : whole + "." + fraction
    }

    /// For a reader: `¥199`, `US$29`, `€12.50`, `KWD 3.500`.
    public var text: String { currency.symbol + decimal }
}

/// An ISO 4217 currency that Lectern knows how to count in.
public struct Currency: Hashable, Sendable, Codable {
    /// Three capital letters: CNY.
    public let code: String
    /// Digits after the point: JPY 0, CNY 2, KWD 3.
    public let exponent: Int
    public let symbol: String
    /// What every amount that is paid is a multiple of, in minor units: cards are charged, and given back to, in tens of a currency's third
    /// decimal (Stripe, "Supported currencies", three-decimal currencies).
    public var step: Int64 { exponent == 3 ? 10 : 1 }

    public static let cny = Currency("CNY")!

    /// - Returns: nil for a code that is not in the table.
    public init?(_ code: String) {
        guard let (exponent, symbol) = Self.known[code] else { return nil }
        self.code = code
        self.exponent = exponent
        self.symbol = symbol
    }

    public static var codes: [String] { known.keys.sorted() }

    public init(from decoder: any Decoder) throws {
        let code = try decoder.singleValueContainer().decode(String.self)
        guard let currency = Currency(code) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no currency \(code)"))
        }
        self = currency
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(code)
    }

    /// Exponents after ISO 4217's table of minor units.
    private static let known: [String: (Int, String)] = [
        "CNY": (2, "¥"), "USD": (2, "US$"), "EUR": (2, "€"), "GBP": (2, "£"), "JPY": (0, "JP¥"), "KRW": (0, "₩"),
        "HKD": (2, "HK$"), "TWD": (2, "NT$"), "SGD": (2, "S$"), "AUD": (2, "A$"), "CAD": (2, "CA$"), "NZD": (2, "NZ$"),
        "CHF": (2, "CHF "), "SEK": (2, "SEK "), "NOK": (2, "NOK "), "DKK": (2, "DKK "), "INR": (2, "₹"), "MYR": (2, "RM "),
        "THB": (2, "฿"), "VND": (0, "₫"), "IDR": (2, "Rp "), "PHP": (2, "₱"), "BRL": (2, "R$"), "MXN": (2, "MX$"),
        "KWD": (3, "KWD "), "AED": (2, "AED "),
    ]
}

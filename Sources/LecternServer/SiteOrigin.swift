import HTTPTypes

/// Where the site's pages live, as a browser names it: `https://me.example`, `http://localhost:1313`.
public struct SiteOrigin: Sendable, Hashable {
    /// Scheme, host and port, in lower case, without the scheme's own port and without a slash.
    public let text: String
    public let host: String
    public let isSecure: Bool

    /// - Parameter url: of the site or of a page: what stands behind the host does not matter.
    /// - Returns: nil for anything but http and https, for user names, and for hosts that are no plain names.
    public init?(_ url: String) {
        let lower = url.lowercased()
        let isSecure = lower.hasPrefix("https://")
        guard isSecure || lower.hasPrefix("http://") else { return nil }
        let authority = lower.dropFirst(isSecure ? 8 : 7).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let host = parts.first, !host.isEmpty,
            host.utf8.allSatisfy({ isWordByte($0) && $0 != UInt8(ascii: "_") || $0 == UInt8(ascii: ".") })
        else { return nil }
        var text = (isSecure ? "https://" : "http://") + host
        if parts.count == 2 {
            guard let port = UInt16(parts[1]), port > 0 else { return nil }
            if port != (isSecure ? 443 : 80) { text += ":\(port)" }
        }
        self.text = text
        self.host = String(host)
        self.isSecure = isSecure
    }

    /// Whether a page of this very machine: browsers trust it without encryption.
    public var isLocal: Bool { host == "localhost" || host == "127.0.0.1" || host.hasSuffix(".localhost") }

    /// Whether a request that changes something may: it comes from a page of the site.
    ///
    /// Browsers send `Origin` with every such request; `Sec-Fetch-Site` answers where a privacy setting took it away.
    /// Nothing said: no browser, or one that is older than the rule, and in neither case worth the risk.
    func isTrusted(_ headers: HTTPFields) -> Bool {
        let origins = headers[values: .origin]
        if let origin = origins.first { return origins.count == 1 && origin == text }
        let sites = headers[values: .secFetchSite]
        return sites == ["same-origin"] || sites == ["same-site"]
    }
}

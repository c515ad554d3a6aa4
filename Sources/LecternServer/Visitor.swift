import HTTPTypes
import LecternCrypto
import LecternPayments
import LecternShop

extension Asked {
    var visitor: Visitor { visitor(language: nil) }

    /// - Parameter language: that the page names; nil: that the browser asks for.
    func visitor(language: String?) -> Visitor {
        Visitor(
            session: session.flatMap { Token(text: $0) }, claim: claim.flatMap { Token(text: $0) }, language: language ?? languageTag,
            device: headers[.userAgent].map(deviceName) ?? "")
    }

    /// Whether the sender calls itself a program that reads pages for others. One that pretends to be a browser is not found here.
    var isRobot: Bool {
        let name = (headers[.userAgent] ?? "").lowercased()
        return ["bot", "crawl", "spider", "slurp", "headless", "lighthouse", "facebookexternalhit", "python-requests", "curl/"].contains { name.contains($0) }
    }

    /// The first language that the browser asks for, as it writes it: `zh-CN`. "" when it does not say.
    var languageTag: String {
        let tag = (headers[.acceptLanguage] ?? "").utf8.prefix { isWordByte($0) && $0 != UInt8(ascii: "_") }
        return tag.count <= 35 ? String(Substring(tag)) : ""
    }
}

extension Asked {
    /// Where the page is looked at, as far as the browser says it; a computer, where it says nothing.
    var screen: Screen {
        let agent = headers[.userAgent] ?? ""
        if agent.contains("MicroMessenger/") { return .wechat }
        if agent.contains("AlipayClient/") { return .alipay }
        return ["iPhone", "iPad", "Android", "HarmonyOS", "Mobile"].contains { agent.contains($0) } ? .phone : .desktop
    }
}

/// What a learner calls a device: "Chrome on Android". Coarse by intention: enough to know one's own again.
func deviceName(_ userAgent: String) -> String {
    func first(_ marks: [(String, String)]) -> String? { marks.first { userAgent.contains($0.0) }?.1 }
    let browser = first([
        ("MicroMessenger/", "WeChat"), ("Edg", "Edge"), ("OPR/", "Opera"), ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"), ("CriOS/", "Chrome"),
        ("SamsungBrowser/", "Samsung Internet"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ])
    let system = first([
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
    ])
    switch (browser, system) {
    case (let browser?, let system?): return browser + " on " + system
    case (let name?, nil), (nil, let name?): return name
    case (nil, nil): return ""
    }
}

extension Optional {
    func orRefuse(_ field: String) throws(Refused) -> Wrapped {
        guard let self else { throw .invalidField(field) }
        return self
    }
}

import Glibc
import LecternContent
import LecternCore
import LecternCrypto
import LecternPayments
import LecternServer

/// Reads `companion.yml`.
///
/// - Parameters:
///   - path: of the file; paths in it are meant from its folder.
///   - environment: where secrets may stand instead of files.
/// - Throws: everything that is missing, wrong or unsafe, at once.
/// - Returns: the settings, and what deserves a look.
func readSettings(_ path: String, environment: [String: String]) throws(Problems) -> (Settings, warnings: [Problem]) {
    let node: YAMLNode
    do {
        let bytes = try readText(path, shownAs: path, limitBytes: TextLimit.yamlBytes)
        node = try bytes.withUnsafeBufferPointer { buffer throws(Problem) in try readYAML(buffer, file: path) }
    } catch {
        var problem = error
        if access(path, F_OK) != 0 {
            problem.help = [
                "run this in the companion's folder, or name its settings: --config /etc/lectern/companion.yml",
                "what stands in them: docs/serve.md; a try without any: lectern preview",
            ]
        }
        throw Problems(all: [problem])
    }
    let slash = path.lastIndex(of: "/")
    var reading = ReadingSettings(
        reader: SettingsReader(node: node, file: path), folder: slash.map { String(path[..<$0]) } ?? ".", environment: environment)
    let settings = reading.settings()
    let problems = reading.reader.problems
    guard let settings, !problems.contains(where: { $0.severity == .error }) else { throw Problems(all: problems.sorted()) }
    return (settings, problems)
}

struct ReadingSettings {
    var reader: SettingsReader
    let folder: String
    let environment: [String: String]

    private static let keys = [
        "site", "listen", "path", "catalogue", "allow-older-catalogue", "data", "secret-file", "mail", "stripe", "wechat", "alipay", "manual", "creators",
        "trusted-proxies", "metrics", "limits", "retention",
    ]

    mutating func settings() -> Settings? {
        reader.end(known: Self.keys)
        let site = site()
        let catalogue = required("catalogue", help: ["catalogue: output/catalogue.json", "or the address that it is deployed to"])
        let data = required("data", help: ["data: /var/lib/lectern"])
        let secret = siteSecret()
        guard let site, let catalogue, let data, let secret else {
            // The rest is looked at all the same, so that everything is told.
            var ignored = Settings(site: "", origin: SiteOrigin("http://localhost")!, catalogue: "", secret: SiteSecret(bytes: Array(repeating: 0, count: 32))!)
            others(&ignored)
            return nil
        }
        var settings = Settings(site: site.text, origin: site.origin, catalogue: catalogue, secret: secret)
        settings.data = resolved(data)
        if catalogue.contains("://") {
            if !catalogue.hasPrefix("https://") { reader.report("catalogue is a file or an https address", reader.value("catalogue")?.line) }
        } else {
            settings.catalogue = resolved(catalogue)
        }
        others(&settings)
        return settings
    }

    private mutating func others(_ settings: inout Settings) {
        listen(&settings)
        settings.allowsOlderCatalogue = reader.flag("allow-older-catalogue")
        settings.mail = mail()
        payments(&settings)
        for (text, line) in reader.texts("creators") {
            if let address = EmailAddress(text) { settings.creators.append(address) } else { reader.report("\"\(text)\" in creators is no e-mail address", line) }
        }
        let proxies = reader.texts("trusted-proxies")
        for (text, line) in proxies.isEmpty ? [("127.0.0.0/8", 0), ("::1", 0)] : proxies {
            if let range = NetworkRange(text) {
                settings.trustedProxies.append(range)
            } else {
                reader.report("\"\(text)\" in trusted-proxies is no address and no range", line, help: ["trusted-proxies: [127.0.0.1, 10.0.0.0/8]"])
            }
        }
        if var limits = reader.group("limits") {
            limits.end(known: ["beacons-per-minute", "connections"])
            settings.limits.beacons = limits.whole("beacons-per-minute", 0...10_000_000) ?? settings.limits.beacons
            settings.limits.connections = limits.whole("connections", 10...1_000_000) ?? settings.limits.connections
            reader.problems += limits.problems
        }
        if var retention = reader.group("retention") {
            retention.end(known: ["beacon-days"])
            settings.beaconDays = retention.whole("beacon-days", 1...36_500)
            reader.problems += retention.problems
        }
    }

    private mutating func required(_ key: String, help: [String]) -> String? {
        if let text = reader.text(key) { return text.value }
        if reader.value(key) == nil { reader.report("\(key) is missing", help: help) }
        return nil
    }

    func resolved(_ path: String) -> String { path.hasPrefix("/") ? path : folder + "/" + path }

    private mutating func site() -> (text: String, origin: SiteOrigin)? {
        guard let text = required("site", help: ["site: https://me.example/"]) else { return nil }
        let line = reader.value("site")?.line
        guard let origin = SiteOrigin(text), !text.contains("?"), !text.contains("#") else {
            reader.report("site is the address of your site", line, help: ["site: https://me.example/"])
            return nil
        }
        if !origin.isSecure, !origin.isLocal {
            reader.report("site has to be https: over http everybody on the way could take a learner's session", line)
        }
        return (text.hasSuffix("/") ? text : text + "/", origin)
    }

    private mutating func siteSecret() -> SiteSecret? {
        let named = reader.text("secret-file")
        let text = reader.secret(
            file: named.map { resolved($0.value) }, line: named?.line, "LECTERN_SITE_SECRET", what: "the site's secret", environment: environment)
        guard let text else {
            if named == nil {
                reader.report(
                    "the site's secret is missing", help: ["secret-file: /etc/lectern/site.secret", "or the environment variable LECTERN_SITE_SECRET"])
            }
            return nil
        }
        guard let secret = SiteSecret(hexadecimal: Array(text.utf8)) else {
            reader.report("the site's secret is not 64 hexadecimal digits", named?.line, help: ["lectern new makes one as site.secret"])
            return nil
        }
        return secret
    }

    private mutating func listen(_ settings: inout Settings) {
        if let (text, line) = reader.text("listen") {
            if let (host, port) = hostAndPort(text) {
                (settings.listenHost, settings.listenPort) = (host, port)
                if NetworkAddress(host).map({ !isLoopback($0) }) ?? (host != "localhost") {
                    reader.report(
                        "listen is not on this machine alone: whoever reaches the port without your web server can claim any address", line,
                        help: ["listen: 127.0.0.1:\(port)"], .warning)
                }
            } else {
                reader.report("listen is an address and a port", line, help: ["listen: 127.0.0.1:8787"])
            }
        }
        if let (text, line) = reader.text("path") {
            let isPlain = text.utf8.allSatisfy { (0x21..<0x7F).contains($0) && !"%?#\\".utf8.contains($0) }
            if text.hasPrefix("/"), text.hasSuffix("/"), isPlain { settings.path = text } else {
                reader.report("path begins and ends with a slash", line, help: ["path: /api/"])
            }
        }
        if let (text, line) = reader.text("metrics") {
            if text == "off" { settings.metricsPort = nil } else if let (host, port) = hostAndPort(text) {
                (settings.metricsHost, settings.metricsPort) = (host, port)
                if NetworkAddress(host).map({ !isLoopback($0) }) ?? (host != "localhost") {
                    reader.report("metrics is not on this machine alone: everybody who reaches the port reads how much you sell", line, .warning)
                }
            } else {
                reader.report("metrics is an address and a port, or off", line, help: ["metrics: 127.0.0.1:9787"])
            }
        }
    }

    private mutating func mail() -> Settings.MailSettings? {
        guard var group = reader.group("mail") else {
            if reader.value("mail") == nil {
                reader.report("mail is missing: nobody could sign in", help: ["mail:", "  from: Lessons <lessons@me.example>", "  smtp: smtp://mail.example:587"])
            }
            return nil
        }
        group.end(known: ["from", "smtp", "user", "password-file", "insecure"])
        defer { reader.problems += group.problems }
        let from = group.text("from"), smtp = group.text("smtp"), user = group.text("user")?.value
        if from == nil { group.report("mail.from is missing", help: ["from: Lessons <lessons@me.example>"]) }
        if let from, !isSender(from.value) { group.report("mail.from is an address, or a name and an address", from.line, help: ["from: Lessons <lessons@me.example>"]) }
        let isInsecure = group.flag("insecure")
        if let smtp {
            if !smtp.value.hasPrefix("smtp://"), !smtp.value.hasPrefix("smtps://") {
                group.report("mail.smtp is the address of a mail server", smtp.line, help: ["smtp: smtp://mail.example:587"])
            } else if isInsecure, !isLocalServer(smtp.value) {
                group.report("mail.insecure is for a mail server on this machine alone", smtp.line, help: ["leave it out: the connection is then encrypted"])
            }
        } else {
            group.report("mail.smtp is missing", help: ["smtp: smtp://mail.example:587"])
        }
        let file = group.text("password-file")
        let password = group.secret(
            file: file.map { resolved($0.value) }, line: file?.line, "LECTERN_SMTP_PASSWORD", what: "the mail server's password", environment: environment)
        if user != nil, password == nil, file == nil {
            group.report("the mail server's password is missing", help: ["password-file: /etc/lectern/smtp.password", "or the environment variable LECTERN_SMTP_PASSWORD"])
        }
        guard let from, let smtp else { return nil }
        return Settings.MailSettings(from: from.value, smtp: smtp.value, user: user, password: password, isInsecure: isInsecure)
    }
}

/// `127.0.0.1:8787`, `[::1]:8787`, `localhost:8787`.
func hostAndPort(_ text: String) -> (String, Int)? {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() } else if host.contains(":") { return nil }
    return host.isEmpty ? nil : (String(host), Int(port))
}

private func isLoopback(_ address: NetworkAddress) -> Bool {
    [NetworkRange("127.0.0.0/8"), NetworkRange("::1")].contains { $0?.contains(address) == true }
}

private func isLocalServer(_ smtp: String) -> Bool {
    let authority = smtp.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" }
    guard let (host, _) = hostAndPort(authority.contains(":") ? String(authority) : authority + ":25") else { return false }
    return host == "localhost" || NetworkAddress(host).map(isLoopback) == true
}

/// `lessons@me.example` or `Lessons <lessons@me.example>`.
private func isSender(_ text: String) -> Bool {
    guard let open = text.firstIndex(of: "<") else { return EmailAddress(text) != nil }
    return text.hasSuffix(">") && EmailAddress(String(text[text.index(after: open)...].dropLast())) != nil && !text.contains { $0.isNewline }
}
